import type { QosMessage } from '../../messages/qos.ts';

export const qos: Readonly<Record<QosMessage, string>> = {
  'QoS policy {policyId} could not be found.': 'Die QoS-Richtlinie {policyId} konnte nicht gefunden werden.',
  'QoS rule {ruleId} for policy {policyId} could not be found.':
    'Die QoS-Regel {ruleId} der Richtlinie {policyId} konnte nicht gefunden werden.',
  'QoS Policy {policyId} is used by {userType} {userId}.':
    'Die QoS-Richtlinie {policyId} wird verwendet von {userType} {userId}.',
  'A default QoS policy exists for project {projectId}.':
    'Das Projekt {projectId} hat bereits eine QoS-Richtlinie als Vorgabe.',
  'Rule {ruleType} conflicts with rule {ruleId} which already exists in QoS Policy {policyId}.':
    'Die Regel {ruleType} widerspricht der Regel {ruleId}, die die QoS-Richtlinie {policyId} bereits hat.',
  'Unable to add the rule with value {value} to the policy {policyId} as the existing rule of type {ruleType} has value {otherValue}.':
    'Die Regel mit dem Wert {value} passt nicht in die Richtlinie {policyId}, da deren Regel vom Typ {ruleType} den Wert {otherValue} hat.',
  'What port {portId} is guaranteed cannot change while it is attached to a server; detach it first.':
    'Was dem Port {portId} zugesichert ist, kann sich nicht ändern, solange ein Server ihn hat; trennen Sie ihn zuerst.',
  'nothing on the hosts limits or marks the packets of a port':
    'auf den Hosts begrenzt oder kennzeichnet nichts die Pakete eines Ports',
  'Creating servers with ports having resource requests, like a port with a QoS minimum bandwidth policy, is not supported until microversion 2.72.':
    'Server mit Ports, die Ressourcen anfordern, etwa durch eine QoS-Richtlinie mit einer Mindestbandbreite, können erst ab der Mikroversion 2.72 angelegt werden.',
  'Using networks with QoS policy is not supported for instance {instanceId}. (Network ID is {networkId})':
    'Die Instanz {instanceId} kann kein Netz mit einer QoS-Richtlinie verwenden. (Die ID des Netzes ist {networkId})',
  'Failed to allocate additional resources to {instanceId} during interface attach':
    'Beim Anschließen der Schnittstelle konnten der Instanz {instanceId} keine weiteren Ressourcen zugeteilt werden',
  'What port {portId} asks for has changed in the meantime.':
    'Was der Port {portId} anfordert, hat sich inzwischen geändert.',
  'The QoS policy of network {networkId} guarantees resources: make a port on it, and make the server with that port.':
    'Die QoS-Richtlinie des Netzes {networkId} sichert Ressourcen zu: Legen Sie einen Port darin an, und den Server mit diesem Port.',
  'Failed to remove provided policy {policyId} because you are not authorized.':
    'Die vorgegebene Richtlinie {policyId} kann ohne Berechtigung nicht entfernt werden.',
};
