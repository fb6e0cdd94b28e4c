import type { RoutingMessage } from '../../messages/routing.ts';

export const routing: Readonly<Record<RoutingMessage, string>> = {
  'Port {portId} cannot be deleted directly via the port API: has device owner {owner}.':
    'Der Port {portId} kann nicht unmittelbar gelöscht werden: Er gehört {owner}.',
  'Current gateway ip {gateway} already in use by a router. Unable to update.':
    'Die Gateway-IP {gateway} wird von einem Router verwendet und kann nicht geändert werden.',
  'External network {networkId} cannot be updated to be made non-external, since it has existing gateway ports.':
    'Das externe Netz {networkId} muss extern bleiben, da Gateway-Ports darin liegen.',
  'Router {routerId} could not be found': 'Der Router {routerId} konnte nicht gefunden werden',
  'Router {routerId} still has ports': 'Der Router {routerId} hat noch Ports',
  'Router {routerId} does not have an interface with id {portId}':
    'Der Router {routerId} hat keine Schnittstelle mit der ID {portId}',
  'Bad router request: {reason}.': 'Ungültige Router-Anforderung: {reason}.',
  'Subnet for router interface must have a gateway IP':
    'Das Subnetz einer Router-Schnittstelle braucht eine Gateway-IP',
  'Router already has a port on subnet {subnetId}': 'Der Router hat bereits einen Port im Subnetz {subnetId}',
  'Cidr {cidr} of subnet {subnetId} overlaps with cidr {otherCidr} of subnet {otherSubnetId}':
    'Die CIDR {cidr} des Subnetzes {subnetId} überschneidet sich mit der CIDR {otherCidr} des Subnetzes {otherSubnetId}',
  'Network {networkId} is not an external network': 'Das Netz {networkId} ist kein externes Netz',
  'Router port must have at least one fixed IP': 'Ein Router-Port braucht mindestens eine feste IP-Adresse',
  'Cannot specify both subnet-id and port-id': 'subnet-id und port-id können nicht beide angegeben werden',
  'Either subnet_id or port_id must be specified': 'subnet_id oder port_id muss angegeben werden',
  'Gateway cannot be updated for router {routerId}, since a gateway to external network {networkId} is required by one or more floating IPs.':
    'Das Gateway des Routers {routerId} kann nicht geändert werden, da Floating-IP-Adressen ein Gateway zum externen Netz {networkId} brauchen.',
  'Router interface for subnet {subnetId} on router {routerId} cannot be deleted, as it is required by one or more floating IPs.':
    'Die Schnittstelle des Routers {routerId} zum Subnetz {subnetId} kann nicht gelöscht werden, da Floating-IP-Adressen sie brauchen.',
  'Floating IP {floatingIpId} could not be found':
    'Die Floating-IP-Adresse {floatingIpId} konnte nicht gefunden werden',
  'Bad floatingip request: {reason}.': 'Ungültige Anforderung einer Floating-IP-Adresse: {reason}.',
  'Network {networkId} is not a valid external network': 'Das Netz {networkId} ist kein gültiges externes Netz',
  'Port {portId} does not have fixed ip {address}': 'Der Port {portId} hat die feste IP-Adresse {address} nicht',
  'Cannot add floating IP to port {portId} that has no fixed IPv4 addresses':
    'Der Port {portId} hat keine feste IPv4-Adresse für eine Floating-IP-Adresse',
  'Port {portId} has multiple fixed IPv4 addresses. Must provide a specific IPv4 address when assigning a floating IP':
    'Der Port {portId} hat mehrere feste IPv4-Adressen. Geben Sie an, zu welcher die Floating-IP-Adresse führen soll',
  'Network {networkId} does not contain any IPv4 subnet': 'Das Netz {networkId} hat kein IPv4-Subnetz',
  'fixed_ip_address cannot be specified without a port_id': 'fixed_ip_address kann nicht ohne port_id angegeben werden',
  'Cannot associate floating IP {address} ({floatingIpId}) with port {portId} using fixed IP {fixedAddress}, as that fixed IP already has a floating IP on external network {networkId}.':
    'Die Floating-IP-Adresse {address} ({floatingIpId}) kann nicht zur festen IP-Adresse {fixedAddress} des Ports {portId} führen, da diese bereits eine Floating-IP-Adresse des externen Netzes {networkId} hat.',
  'External network {networkId} is not reachable from subnet {subnetId}.  Therefore, cannot associate Port {portId} with a Floating IP.':
    'Das externe Netz {networkId} ist vom Subnetz {subnetId} aus nicht erreichbar. Der Port {portId} kann deshalb keine Floating-IP-Adresse bekommen.',
  'Deployment error: {reason}.': 'Fehler der Einrichtung: {reason}.',
  'No default router:external network': 'Es gibt kein externes Netz als Vorgabe',
  'No auto-allocated topology for project {projectId} could be found.':
    'Für das Projekt {projectId} wurde kein Netz selbsttätig angelegt.',
  "'{owner}' is not for users": "'{owner}' ist nicht für Benutzer",
  'No more floating IPs in pool {pool}.': 'Im Pool {pool} sind keine Floating-IP-Adressen mehr frei.',
  'IP allocation over quota.': 'Die Zuweisung von IP-Adressen überschreitet das Kontingent.',
  'IP allocation over quota in pool {pool}.':
    'Die Zuweisung von IP-Adressen aus dem Pool {pool} überschreitet das Kontingent.',
  'Instance network is not ready yet': 'Das Netz der Instanz ist noch nicht bereit',
  'No fixed IPs associated to instance': 'Die Instanz hat keine festen IP-Adressen',
  'Unable to associate floating IP {address} to any fixed IPs for instance {instanceId}. Instance has no fixed IPv4 addresses to associate.':
    'Die Floating-IP-Adresse {address} kann zu keiner festen IP-Adresse der Instanz {instanceId} führen. Die Instanz hat keine feste IPv4-Adresse.',
  'Specified fixed address not assigned to instance': 'Die angegebene feste Adresse gehört nicht zur Instanz',
  'Unable to associate floating IP {address} to fixed IP {fixedAddress} for instance {instanceId}. Error: {reason}':
    'Die Floating-IP-Adresse {address} kann nicht zur festen IP-Adresse {fixedAddress} der Instanz {instanceId} führen. Fehler: {reason}',
  'Floating IP {address} is not associated with instance {instanceId}.':
    'Die Floating-IP-Adresse {address} führt nicht zur Instanz {instanceId}.',
  'Guest agent is not enabled for the instance': 'Für die Instanz ist kein Gast-Agent eingerichtet',
};
