import type { ProxiesMessage } from '../../messages/proxies.ts';

export const proxies: Readonly<Record<ProxiesMessage, string>> = {
  'Security group {groupId} not found.': 'Die Sicherheitsgruppe {groupId} wurde nicht gefunden.',
  'Security group id should be uuid': 'Die ID einer Sicherheitsgruppe muss eine UUID sein',
  'It is not possible to {change} the default security group.':
    '"{change}" ist für die Standard-Sicherheitsgruppe nicht möglich.',
  'Security group with rule {ruleId} not found.': 'Eine Sicherheitsgruppe mit der Regel {ruleId} wurde nicht gefunden.',
  '{cidr} is not a valid IP network.': '{cidr} ist kein gültiges IP-Netz.',
  'Not enough parameters to build a valid rule.': 'Die Parameter reichen nicht für eine gültige Regel.',
  'Invalid IP protocol {protocol}.': 'Ungültiges IP-Protokoll {protocol}.',
  'Invalid port range {from}:{to}. {reason}': 'Ungültiger Portbereich {from}:{to}. {reason}',
  'For ICMP, the type:code must be valid': 'Für ICMP muss Typ:Code gültig sein',
  'Former value cannot be greater than the later': 'Der erste Wert darf nicht größer sein als der zweite',
  'Valid {protocol} ports should be between 1-65535': 'Gültige {protocol}-Ports liegen zwischen 1 und 65535',
  'Type and Code must be integers for ICMP protocol type':
    'Für das Protokoll ICMP müssen Typ und Code ganze Zahlen sein',
  'To and From ports must be integers': 'Erster und letzter Port müssen ganze Zahlen sein',
  'Image not found.': 'Das Abbild wurde nicht gefunden.',
  'Invalid filter {name}.': 'Ungültiger Filter {name}.',
  'Marker image could not be found.': 'Das Abbild der Markierung konnte nicht gefunden werden.',
  'Image metadata limit exceeded': 'Die Grenze für Metadaten des Abbilds ist überschritten',
  'Invalid metadata key': 'Ungültiger Metadatenschlüssel',
  'Command Not supported. Please use Ironic command {command} to perform this action.':
    'Der Befehl wird nicht unterstützt. Verwenden Sie für diese Aktion den Ironic-Befehl {command}.',
  'Floating IP not found for ID {id}': 'Es wurde keine Floating IP mit der ID {id} gefunden',
  'Invalid ID received {id}.': 'Ungültige ID {id}.',
  'Network not found': 'Das Netz wurde nicht gefunden',
  'No more floating IPs available.': 'Es sind keine Floating IPs mehr verfügbar.',
  'Floating IP pool not found.': 'Der Bereich der Floating IPs wurde nicht gefunden.',
  'Not authorized for image {imageId}.': 'Keine Berechtigung für das Abbild {imageId}.',
  'You are not allowed to delete the image.': 'Sie dürfen das Abbild nicht löschen.',
};
