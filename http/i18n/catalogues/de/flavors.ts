import type { FlavorsMessage } from '../../messages/flavors.ts';

export const flavors: Readonly<Record<FlavorsMessage, string>> = {
  'Flavor {flavorId} could not be found.': 'Die Variante {flavorId} konnte nicht gefunden werden.',
  'Flavor with name {name} already exists.': 'Eine Variante mit dem Namen {name} ist bereits vorhanden.',
  'Flavor with ID {flavorId} already exists.': 'Eine Variante mit der ID {flavorId} ist bereits vorhanden.',
  'Flavor access already exists for flavor {flavorId} and project {projectId} combination.':
    'Der Zugriff des Projekts {projectId} auf die Variante {flavorId} ist bereits vorhanden.',
  'Flavor access not found for {flavorId} / {projectId} combination.':
    'Für die Kombination {flavorId} / {projectId} wurde kein Zugriff auf die Variante gefunden.',
  'Flavor {flavorId} has no extra specs with key {key}.':
    'Die Variante {flavorId} hat keine Zusatzangabe mit dem Schlüssel {key}.',
  "The created instance's disk would be too small.": 'Der Datenträger der Instanz wäre zu klein.',
  "Flavor's memory is too small for requested image.":
    'Der Arbeitsspeicher der Variante ist zu klein für das angeforderte Abbild.',
  'Access list not available for public flavors.': 'Für öffentliche Varianten gibt es keine Zugriffsliste.',
  'Can not add access to a public flavor.': 'Einer öffentlichen Variante kann kein Zugriff hinzugefügt werden.',
  'Request body and URI mismatch': 'Anforderungshauptteil und URI stimmen nicht überein',
  "Validation failed; extra spec '{name}' does not appear to be a valid extra spec.":
    "Prüfung fehlgeschlagen; '{name}' scheint keine gültige Zusatzangabe zu sein.",
  "Validation failed; extra spec '{name}' {reason}, not '{value}'.":
    "Prüfung fehlgeschlagen; die Zusatzangabe '{name}' {reason}, angegeben ist '{value}'.",
  'must be a boolean': 'muss ein Wahrheitswert sein',
  'must be an integer': 'muss eine ganze Zahl sein',
  'must be at least {min}': 'muss mindestens {min} sein',
  'must be at most {max}': 'darf höchstens {max} sein',
  'must be one of {values}': 'muss einer dieser Werte sein: {values}',
  'must match {pattern}': 'muss {pattern} entsprechen',
  'Invalid is_public filter [{value}]': 'Ungültiger Filter is_public [{value}]',
  'Invalid {name} filter [{value}]': 'Ungültiger Filter {name} [{value}]',
  'An extra spec is needed: the body does not have enough properties':
    'Es wird eine Zusatzangabe gebraucht: Der Hauptteil hat zu wenige Eigenschaften',
  'One extra spec at a time: the body has too many properties':
    'Immer nur eine Zusatzangabe: Der Hauptteil hat zu viele Eigenschaften',
  'Keypair {name} not found for user {userId}':
    'Das Schlüsselpaar {name} wurde für den Benutzer {userId} nicht gefunden',
  "Key pair '{name}' already exists.": "Das Schlüsselpaar '{name}' ist bereits vorhanden.",
  'Keypair data is invalid: {reason}': 'Die Daten des Schlüsselpaars sind ungültig: {reason}',
  'it must be one X.509 certificate in PEM': 'es muss ein einzelnes X.509-Zertifikat in PEM sein',
  'it is not a valid X.509 certificate': 'es ist kein gültiges X.509-Zertifikat',
  'the exponent is missing': 'der Exponent fehlt',
  'an RSA key has {min} to {max} bits, not {bits}': 'ein RSA-Schlüssel hat {min} bis {max} Bit, nicht {bits}',
  'an Ed25519 key has 32 bytes': 'ein Ed25519-Schlüssel hat 32 Byte',
  'the curve is not {curve}': 'die Kurve ist nicht {curve}',
  'it is no point of the curve {curve}': 'es ist kein Punkt der Kurve {curve}',
  'the application is missing': 'die Anwendung fehlt',
  'it must be one line': 'es muss eine einzelne Zeile sein',
  'its algorithm must be one of {algorithms}': 'der Algorithmus muss einer von {algorithms} sein',
  'the key is not in base64': 'der Schlüssel ist nicht in Base64',
  'the key itself is not of the algorithm {algorithm}': 'der Schlüssel selbst gehört nicht zum Algorithmus {algorithm}',
  'there are bytes behind the key': 'hinter dem Schlüssel stehen weitere Byte',
  'Aggregate {aggregateId} could not be found.': 'Das Aggregat {aggregateId} konnte nicht gefunden werden.',
  'Aggregate {name} already exists.': 'Das Aggregat {name} ist bereits vorhanden.',
  'Aggregate {aggregateId} already has host {host}.': 'Das Aggregat {aggregateId} enthält den Host {host} bereits.',
  'Cannot remove host {host} in aggregate {aggregateId}':
    'Der Host {host} kann nicht aus dem Aggregat {aggregateId} entfernt werden',
  'Cannot add host to aggregate {aggregateId}. Reason: {reason}.':
    'Dem Aggregat {aggregateId} kann kein Host hinzugefügt werden. Grund: {reason}.',
  'Cannot remove host from aggregate {aggregateId}. Reason: {reason}.':
    'Aus dem Aggregat {aggregateId} kann kein Host entfernt werden. Grund: {reason}.',
  'Cannot update metadata of aggregate {aggregateId}. Reason: {reason}.':
    'Die Metadaten des Aggregats {aggregateId} können nicht geändert werden. Grund: {reason}.',
  'Cannot {action} aggregate {aggregateId}. Reason: {reason}.':
    '"{action}" ist für das Aggregat {aggregateId} nicht möglich. Grund: {reason}.',
  'Host aggregate is not empty': 'Das Hostaggregat ist nicht leer',
  'Aggregate {name} does not support empty named availability zone':
    'Das Aggregat {name} erlaubt keine Verfügbarkeitszone ohne Namen',
  'One or more hosts contain instances in this zone': 'Mindestens ein Host hat Instanzen in dieser Zone',
  'One or more hosts already in availability zone(s) [{zones}]':
    'Mindestens ein Host ist bereits in den Verfügbarkeitszonen [{zones}]',
  "Host '{host}' is not mapped to any cell": "Der Host '{host}' ist keiner Zelle zugeordnet",
  'Duplicate images in request': 'Die Anforderung nennt ein Abbild mehrfach',
  'id must be an integer': 'id muss eine ganze Zahl sein',
  'Invalid uuid {uuid}': 'Ungültige UUID {uuid}',
  "No hypervisor matching '{pattern}' could be found.": "Es wurde kein Hypervisor gefunden, der auf '{pattern}' passt.",
  'Paging over hypervisors with the hypervisor_hostname_pattern query parameter is not supported.':
    'Das Blättern durch Hypervisoren wird mit dem Abfrageparameter hypervisor_hostname_pattern nicht unterstützt.',
  'Invalid service id {id}: it is not an integer': 'Ungültige Dienst-ID {id}: Sie ist keine ganze Zahl',
  'Could not find binary {binary} on host {host}.': 'Das Programm {binary} wurde auf dem Host {host} nicht gefunden.',
  'Updating a {binary} service is not supported. Only nova-compute services can be updated.':
    'Dienste vom Typ {binary} können nicht geändert werden. Nur nova-compute-Dienste können geändert werden.',
  'Missing disabled reason field': 'Das Feld disabled_reason fehlt',
  'Missing forced_down field': 'Das Feld forced_down fehlt',
  'Unknown action': 'Unbekannte Aktion',
  "Specifying disabled_reason requires that status is 'disabled'.":
    "disabled_reason darf nur zusammen mit dem Status 'disabled' angegeben werden.",
  "No updates were requested. Fields 'status' or 'forced_down' should be specified.":
    "Es wurde keine Änderung verlangt. Eines der Felder 'status' und 'forced_down' muss angegeben werden.",
  'The {binary} service is part of the controller and cannot be deleted.':
    'Der Dienst {binary} ist Teil der Steuerung und kann nicht gelöscht werden.',
  'Unable to delete compute service that is hosting instances. Migrate or delete the instances first.':
    'Ein Rechendienst mit Instanzen kann nicht gelöscht werden. Migrieren oder löschen Sie zuerst die Instanzen.',
  "The service of host {host} cannot be deleted while the controller drives the host. Take it out of the controller's configuration.":
    'Der Dienst des Hosts {host} kann nicht gelöscht werden, solange die Steuerung den Host betreibt. Nehmen Sie ihn aus ihrer Konfiguration.',
  'quota_class_name has {length} characters, more than {max}.':
    'quota_class_name hat {length} Zeichen, mehr als {max}.',
  'Project ID {projectId} is not a valid project.': 'Die Projekt-ID {projectId} ist kein gültiges Projekt.',
  'user_id is longer than {max} characters.': 'user_id ist länger als {max} Zeichen.',
  'Only anti-affinity policy supports rules.': 'Nur die Richtlinie anti-affinity unterstützt Regeln.',
};
