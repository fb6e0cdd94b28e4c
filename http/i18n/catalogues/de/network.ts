import type { NetworkMessage } from '../../messages/network.ts';

export const network: Readonly<Record<NetworkMessage, string>> = {
  '(rule:{rule}) is disallowed by policy': '(rule:{rule}) ist durch die Richtlinie nicht erlaubt',
  'More than one possible network found.': 'Es kommen mehrere Netze in Frage.',
  'Network {networkId} requires a subnet.': 'Das Netz {networkId} braucht ein Subnetz.',
  'Port {portId} could not be found.': 'Der Port {portId} konnte nicht gefunden werden.',
  'Unable to complete operation on port {portId}. It is attached to a server; detach it first.':
    'Die Operation am Port {portId} ist nicht möglich. Er ist mit einem Server verbunden; trennen Sie ihn zuerst.',
  'IP address {address} already allocated.': 'Die IP-Adresse {address} ist bereits vergeben.',
  'IP address {address} is not a valid IP for any of the subnets on network {networkId}.':
    'Die IP-Adresse {address} passt zu keinem der Subnetze des Netzes {networkId}.',
  'IPv6 address {address} cannot be directly assigned to a port on subnet {subnetId} as the subnet is configured for automatic addresses':
    'Die IPv6-Adresse {address} kann einem Port im Subnetz {subnetId} nicht direkt zugewiesen werden, da das Subnetz automatische Adressen hat',
  'No more IP addresses available on network {networkId}.': 'Im Netz {networkId} sind keine IP-Adressen mehr frei.',
  'Security group {nameOrId} does not exist': 'Die Sicherheitsgruppe {nameOrId} ist nicht vorhanden',
  'Subnet {subnetId} could not be found.': 'Das Subnetz {subnetId} konnte nicht gefunden werden.',
  'Security group rule {ruleId} does not exist': 'Die Sicherheitsgruppenregel {ruleId} ist nicht vorhanden',
  'Unable to complete operation on network {networkId}. There are one or more ports still in use on the network.':
    'Die Operation am Netz {networkId} ist nicht möglich. Im Netz wird noch mindestens ein Port verwendet.',
  'Unable to complete operation on subnet {subnetId}: One or more ports have an IP allocation from this subnet.':
    'Die Operation am Subnetz {subnetId} ist nicht möglich: Mindestens ein Port hat eine IP-Adresse aus diesem Subnetz.',
  'Requested subnet with cidr: {cidr} for network: {networkId} overlaps with subnet {otherSubnetId}':
    'Das angeforderte Subnetz mit CIDR {cidr} für das Netz {networkId} überschneidet sich mit dem Subnetz {otherSubnetId}',
  'Gateway ip {gateway} conflicts with allocation pool {pool}.':
    'Die Gateway-IP {gateway} liegt im Zuweisungsbereich {pool}.',
  'Found overlapping allocation pools: {pools} for subnet {cidr}.':
    'Für das Subnetz {cidr} überschneiden sich Zuweisungsbereiche: {pools}.',
  'The allocation pool {pool} spans beyond the subnet cidr {cidr}.':
    'Der Zuweisungsbereich {pool} reicht über das Subnetz {cidr} hinaus.',
  'Unable to complete operation for network {networkId}. The mac address {macAddress} is in use.':
    'Die Operation für das Netz {networkId} ist nicht möglich. Die MAC-Adresse {macAddress} wird bereits verwendet.',
  'Security Group {groupId} in use.': 'Die Sicherheitsgruppe {groupId} wird verwendet.',
  'Default security group already exists.': 'Die Standard-Sicherheitsgruppe ist bereits vorhanden.',
  'Updating default security group not allowed.': 'Die Standard-Sicherheitsgruppe darf nicht geändert werden.',
  'Insufficient rights for removing default security group.':
    'Die Rechte reichen nicht aus, um die Standard-Sicherheitsgruppe zu löschen.',
  'Security group rule already exists. Rule id is {ruleId}.':
    'Die Sicherheitsgruppenregel ist bereits vorhanden. Ihre ID ist {ruleId}.',
  "Quota exceeded for resources: ['{resource}'].": "Kontingent überschritten für Ressourcen: ['{resource}'].",
  'The service cannot do this at the moment; try again.':
    'Der Dienst kann das zurzeit nicht; versuchen Sie es noch einmal.',
  'Request Failed: internal server error while processing your request.':
    'Anforderung fehlgeschlagen: interner Serverfehler bei ihrer Verarbeitung.',
  "Unrecognized attribute(s) '{path}'": "Unbekannte Attribute '{path}'",
  "Failed to parse request. Required attribute '{path}' not specified":
    "Die Anforderung kann nicht gelesen werden. Das benötigte Attribut '{path}' fehlt",
  'Invalid input for {field}. Reason: {reason}.': 'Ungültige Eingabe für {field}. Grund: {reason}.',
  'Invalid input for {field}. Reason: {reason}': 'Ungültige Eingabe für {field}. Grund: {reason}',
  "Invalid input: the body must be an object with the one key '{name}'.":
    "Ungültige Eingabe: Der Hauptteil muss ein Objekt mit dem einzigen Schlüssel '{name}' sein.",
  'it has characters that cannot be stored': 'es enthält Zeichen, die nicht gespeichert werden können',
  'a string is expected': 'ein Text wird erwartet',
  'it exceeds maximum length of {max}': 'es überschreitet die Höchstlänge von {max}',
  'it is empty': 'es ist leer',
  'a boolean is expected': 'ein Wahrheitswert wird erwartet',
  'an integer is expected': 'eine ganze Zahl wird erwartet',
  'it must be between {min} and {max}': 'es muss zwischen {min} und {max} liegen',
  'a list is expected': 'eine Liste wird erwartet',
  'an object is expected': 'ein Objekt wird erwartet',
  'at most {max} items are taken': 'höchstens {max} Einträge werden angenommen',
  'at most {max} are taken': 'höchstens {max} werden angenommen',
  'a list of at most {max} texts of 1 to {length} characters without a comma is expected':
    'eine Liste von höchstens {max} Texten mit 1 bis {length} Zeichen ohne Komma wird erwartet',
  'it is too long': 'es ist zu lang',
  'it must be 0 or between 68 and 65535': 'es muss 0 sein oder zwischen 68 und 65535 liegen',
  'it must be 4 or 6': 'es muss 4 oder 6 sein',
  'this host has no routers, so no network is external': 'dieser Host hat keine Router, also ist kein Netz extern',
  'this host has no subnet pools': 'dieser Host hat keine Subnetzbereiche',
  'this host has no address groups': 'dieser Host hat keine Adressgruppen',
  'at least one range is needed': 'mindestens ein Bereich wird gebraucht',
  'each needs a subnet_id or an ip_address': 'jeder Eintrag braucht eine subnet_id oder eine ip_address',
  'subnet {subnetId} is not on network {networkId}': 'das Subnetz {subnetId} gehört nicht zum Netz {networkId}',
  "'{pool}' is not a range of IP addresses": "'{pool}' ist kein Bereich von IP-Adressen",
  "'{pool}' starts beyond the first {max} addresses of the subnet":
    "'{pool}' beginnt hinter den ersten {max} Adressen des Subnetzes",
  "'{address}' is not a valid MAC address": "'{address}' ist keine gültige MAC-Adresse",
  "'{address}' is not a valid IPv{version} address.": "'{address}' ist keine gültige IPv{version}-Adresse.",
  "'{address}' is not an address of a station in {range}.": "'{address}' ist keine Adresse einer Station in {range}.",
  "'{server}' is not a valid nameserver": "'{server}' ist kein gültiger Nameserver",
  "'{cidr}' is not a valid IP subnet": "'{cidr}' ist kein gültiges IP-Subnetz",
  "'{cidr}' is not a valid IP subnet.": "'{cidr}' ist kein gültiges IP-Subnetz.",
  "'{nexthop}' is not a valid next hop for {destination}":
    "'{nexthop}' ist kein gültiger nächster Knoten für {destination}",
  "'{cidr}' isn't a recognized IP subnet cidr, '{range}' is recommended.":
    "'{cidr}' ist keine anerkannte CIDR eines IP-Subnetzes, empfohlen wird '{range}'.",
  "'{cidr}' does not match ip_version '{version}'.": "'{cidr}' passt nicht zu ip_version '{version}'.",
  'a prefix length of 0 is not permitted.': 'eine Präfixlänge von 0 ist nicht erlaubt.',
  'ipv6_ra_mode and ipv6_address_mode are for subnets of IPv6 only.':
    'ipv6_ra_mode und ipv6_address_mode sind nur für IPv6-Subnetze.',
  'ipv6_ra_mode or ipv6_address_mode cannot be set when enable_dhcp is set to False.':
    'ipv6_ra_mode und ipv6_address_mode können nicht gesetzt werden, wenn enable_dhcp False ist.',
  "ipv6_ra_mode set to '{announced}' with ipv6_address_mode set to '{address}' is not valid.":
    "ipv6_ra_mode '{announced}' zusammen mit ipv6_address_mode '{address}' ist ungültig.",
  'A subnet with automatic addresses must have a prefix length of 64.':
    'Ein Subnetz mit automatischen Adressen muss die Präfixlänge 64 haben.',
  'Failed to create port on network {networkId}, because fixed_ips included invalid subnet {subnetId}.':
    'Der Port im Netz {networkId} konnte nicht erstellt werden, weil fixed_ips das ungültige Subnetz {subnetId} enthält.',
  "Multiple security groups match '{nameOrId}'; use an ID.":
    "Auf '{nameOrId}' passen mehrere Sicherheitsgruppen; verwenden Sie eine ID.",
  'Conflicting value ethertype {ethertype} for CIDR {cidr}':
    'Der Wert {ethertype} von ethertype passt nicht zur CIDR {cidr}',
  'Extension with alias {alias} does not exist': 'Eine Erweiterung mit dem Kürzel {alias} ist nicht vorhanden',
  "['{name}'] is invalid attribute for filtering": "['{name}'] ist kein Attribut, nach dem gefiltert werden kann",
  "Bad input: 'limit' must be an integer of at least 0, not '{value}'.":
    "Falsche Eingabe: 'limit' muss eine ganze Zahl ab 0 sein, nicht '{value}'.",
  'The number of sort_keys and sort_dirs must be same': 'sort_keys und sort_dirs müssen gleich viele sein',
  "['{key}'] is invalid attribute for sort_keys": "['{key}'] ist kein Attribut für sort_keys",
  "['asc', 'desc'] are the values of sort_dir, not '{direction}'":
    "['asc', 'desc'] sind die Werte von sort_dir, nicht '{direction}'",
  "The marker '{marker}' names nothing in {plural}.": "Die Markierung '{marker}' nennt nichts in {plural}.",
  'A project_id is needed: the token is for no project.':
    'Eine project_id wird gebraucht: Das Token ist für kein Projekt.',
  'Security group rule protocol {protocol} not supported. Only protocol values {protocols} and integer representations [0 to 255] are supported.':
    'Das Protokoll {protocol} wird in Sicherheitsgruppenregeln nicht unterstützt. Unterstützt werden nur {protocols} und Nummern [0 bis 255].',
  'Invalid ethertype IPv4 for protocol {protocol}.': 'Der ethertype IPv4 ist für das Protokoll {protocol} ungültig.',
  'Must also specify protocol if port range is given.':
    'Mit einem Portbereich muss auch das Protokoll angegeben werden.',
  'ICMP code (port-range-max) is provided but ICMP type (port-range-min) is missing.':
    'Der ICMP-Code (port-range-max) ist angegeben, aber der ICMP-Typ (port-range-min) fehlt.',
  'Invalid value for ICMP type or code: it must be 0 to 255.':
    'Ungültiger Wert für ICMP-Typ oder -Code: Er muss zwischen 0 und 255 liegen.',
  'Port range cannot be specified for protocol {protocol}.':
    'Für das Protokoll {protocol} kann kein Portbereich angegeben werden.',
  'For TCP/UDP protocols, port_range_min must be <= port_range_max, and both at least 1.':
    'Für TCP/UDP muss port_range_min <= port_range_max sein, und beide mindestens 1.',
  'Only remote_ip_prefix or remote_group_id may be provided.':
    'Nur remote_ip_prefix oder remote_group_id darf angegeben werden.',
  'A body has at most {max} bytes.': 'Ein Hauptteil hat höchstens {max} Byte.',
  'Malformed request body: it is not JSON.': 'Fehlerhafter Anforderungshauptteil: Er ist kein JSON.',
  'Tag {tag} could not be found.': 'Das Schlagwort {tag} konnte nicht gefunden werden.',
  'A {singular} cannot be made: {reason}.': '{singular} kann nicht erstellt werden: {reason}.',
  'The {singular} {id} could not be found.': '{singular} {id} konnte nicht gefunden werden.',
  'this host does not route between networks': 'dieser Host leitet nicht zwischen Netzen weiter',
  'name the range of a subnet itself': 'geben Sie den Bereich des Subnetzes selbst an',
  'there are no subnet pools': 'es gibt keine Subnetzbereiche',
  'the network service is part of the controller': 'der Netzdienst ist Teil der Steuerung',
  'this host has no trunk ports': 'dieser Host hat keine Trunk-Ports',
  'share a network with all projects instead': 'teilen Sie stattdessen ein Netz mit allen Projekten',
};
