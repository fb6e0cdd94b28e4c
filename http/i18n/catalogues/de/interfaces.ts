import type { InterfacesMessage } from '../../messages/interfaces.ts';

export const interfaces: Readonly<Record<InterfacesMessage, string>> = {
  'Failed to claim PCI device for {instanceId} during interface attach':
    'Für die Instanz {instanceId} ließ sich beim Anschließen der Schnittstelle kein PCI-Gerät belegen',
  'There is no such microversion.': 'Diese Mikroversion gibt es nicht.',
  'This request was rate-limited.': 'Diese Anfrage wurde wegen zu vieler Anfragen abgewiesen.',
  'Idempotency-Key must be 1 to 255 printable ASCII characters.':
    'Idempotency-Key muss aus 1 bis 255 druckbaren ASCII-Zeichen bestehen.',
  'Idempotency-Key was used for another request.': 'Idempotency-Key wurde schon für eine andere Anfrage verwendet.',
  'A request with this Idempotency-Key is under way.':
    'Eine Anfrage mit diesem Idempotency-Key wird gerade bearbeitet.',
  'Security group {name} is not associated with the instance {instanceId}':
    'Die Sicherheitsgruppe {name} ist der Instanz {instanceId} nicht zugeordnet',
  'Network requires port_security_enabled and subnet associated in order to apply security groups.':
    'Sicherheitsgruppen brauchen ein Netz mit port_security_enabled und einem Subnetz.',
  "Instance {instanceId} doesn't have fixed IP '{address}'.":
    "Die Instanz {instanceId} hat die feste IP-Adresse '{address}' nicht.",
  'floating IP not found': 'Die Floating-IP-Adresse wurde nicht gefunden',
  'Must not input both network_id and port_id': 'network_id und port_id dürfen nicht beide angegeben werden',
  'Must input network_id when request IP address': 'Wer eine IP-Adresse verlangt, muss network_id angeben',
  'No network found for the interface.': 'Für die Schnittstelle wurde kein Netz gefunden.',
  'Attaching interfaces is not supported for instance {instanceId}. {reason}':
    'An die Instanz {instanceId} können keine Schnittstellen angeschlossen werden. {reason}',
  'Failed to attach network adapter device to {instanceId}':
    'An die Instanz {instanceId} ließ sich keine Netzwerkkarte anschließen',
  'Maximum number of ports exceeded': 'Die Höchstzahl der Ports ist überschritten',
  'Unavailable console type {type}.': 'Der Konsolentyp {type} ist nicht verfügbar.',
  'Share {shareId} could not be found.': 'Die Freigabe {shareId} wurde nicht gefunden.',
  'Feature not supported until computes have been upgraded.':
    'Diese Funktion wird erst unterstützt, wenn die Rechenknoten aktualisiert sind.',
  'printable characters except :, with at least one non space character':
    'druckbare Zeichen außer :, darunter mindestens eines, das kein Leerzeichen ist',
};
