import type { ComputeMessage } from '../../messages/compute.ts';

export const compute: Readonly<Record<ComputeMessage, string>> = {
  'The server could not comply with the request since it is either malformed or otherwise incorrect.':
    'Der Server konnte die Anforderung nicht ausführen, weil sie fehlerhaft aufgebaut oder aus einem anderen Grund falsch ist.',
  'The server has either erred or is incapable of performing the requested operation.':
    'Auf dem Server ist ein Fehler aufgetreten, oder er kann die angeforderte Operation nicht ausführen.',
  'Access was denied to this resource.': 'Der Zugriff auf diese Ressource wurde verweigert.',
  'The resource could not be found.': 'Die Ressource konnte nicht gefunden werden.',
  'There was a conflict when trying to complete your request.':
    'Beim Ausführen Ihrer Anforderung ist ein Konflikt aufgetreten.',
  'This resource is no longer available. No forwarding address is given.':
    'Diese Ressource ist nicht mehr verfügbar. Eine neue Adresse ist nicht bekannt.',
  'Request is too large.': 'Die Anforderung ist zu groß.',
  'The server is currently unavailable. Please try again at a later time.':
    'Der Server ist zurzeit nicht verfügbar. Versuchen Sie es später noch einmal.',
  'The request you have made requires authentication.':
    'Für diese Anforderung ist eine Authentifizierung erforderlich.',
  'Unexpected API Error. The cause is in the log under {requestId}.':
    'Unerwarteter API-Fehler. Die Ursache steht unter {requestId} im Protokoll.',
  'Unsupported Content-Type': 'Content-Type wird nicht unterstützt',
  'Malformed request body': 'Fehlerhafter Anforderungshauptteil',
  'There is no such action: {action}': 'Diese Aktion gibt es nicht: {action}',
  "Malformed request URL: URL's project_id '{projectInUrl}' doesn't match Context's project_id '{projectId}'":
    "Fehlerhafte URL: Die project_id '{projectInUrl}' der URL stimmt nicht mit der project_id '{projectId}' des Tokens überein",
  'API Version String {version} is of invalid format. Must be of format MajorNum.MinorNum.':
    'Die API-Version {version} hat ein ungültiges Format. Erwartet wird Hauptnummer.Nebennummer.',
  'Version {version} is not supported by the API. Minimum is {oldest} and maximum is {newest}.':
    'Die API unterstützt die Version {version} nicht. Die kleinste ist {oldest}, die größte {newest}.',
  'Invalid input for field/attribute {field}. Value: {value}. {reason}':
    'Ungültige Eingabe für Feld/Attribut {field}. Wert: {value}. {reason}',
  'Invalid input for query parameters {field}. Value: {value}. {reason}':
    'Ungültige Eingabe für Abfrageparameter {field}. Wert: {value}. {reason}',
  "An invalid 'name' value was provided. The name must be: {reason}":
    "Es wurde ein ungültiger Wert für 'name' angegeben. Der Name muss wie folgt sein: {reason}",
  'printable characters with at least one non space character':
    'druckbare Zeichen, davon mindestens eines kein Leerzeichen',
  'printable characters. Can not start or end with whitespace.':
    'druckbare Zeichen. Am Anfang und am Ende darf kein Leerraum stehen.',
  'printable characters except :.Can not start or end with whitespace.':
    'druckbare Zeichen außer ":". Am Anfang und am Ende darf kein Leerraum stehen.',
  'Instance {instanceId} could not be found.': 'Die Instanz {instanceId} konnte nicht gefunden werden.',
  "Cannot '{action}' instance {instanceId} while it is in {attribute} {state}":
    "'{action}' ist für die Instanz {instanceId} nicht möglich, solange sie sich in {attribute} {state} befindet",
  'Instance {instanceId} is locked': 'Die Instanz {instanceId} ist gesperrt',
  'Instance {instanceId} is not ready': 'Die Instanz {instanceId} ist nicht bereit',
  'Action for request_id {requestId} on instance {instanceId} not found':
    'Für die request_id {requestId} wurde keine Aktion der Instanz {instanceId} gefunden',
  'Quota exceeded for {overs}: Requested {requested}, but already used {used} of {allowed} {resources}':
    'Kontingent für {overs} überschritten: {requested} angefordert, aber bereits {used} von {allowed} {resources} belegt',
  'Quota exceeded, too many key pairs.': 'Kontingent überschritten: zu viele Schlüsselpaare.',
  'Quota exceeded, too many server groups.': 'Kontingent überschritten: zu viele Servergruppen.',
  'Quota exceeded, too many servers in group': 'Kontingent überschritten: zu viele Server in der Gruppe',
  'Maximum number of metadata items exceeds {allowed}':
    'Die Höchstzahl der Metadateneinträge von {allowed} ist überschritten',
  'Quota limit {limit} for {resource} must be greater than or equal to already used and reserved {value}.':
    'Die Kontingentgrenze {limit} für {resource} muss mindestens so groß sein wie die bereits belegte und reservierte Menge {value}.',
  'Quota limit {limit} for {resource} must be less than or equal to {value}.':
    'Die Kontingentgrenze {limit} für {resource} darf höchstens {value} betragen.',
  'Instance group {groupId} could not be found.': 'Die Instanzgruppe {groupId} konnte nicht gefunden werden.',
  'Image {imageId} could not be found.': 'Das Abbild {imageId} konnte nicht gefunden werden.',
  'Image {imageId} is not active.': 'Das Abbild {imageId} ist nicht aktiv.',
  'Image {imageId} is unacceptable: {reason}': 'Das Abbild {imageId} kann nicht angenommen werden: {reason}',
  'Network {networkId} could not be found.': 'Das Netz {networkId} konnte nicht gefunden werden.',
  'More than one possible network found. Specify network ID(s) to select which one(s) to connect to.':
    'Es kommen mehrere Netze in Frage. Geben Sie mit Netz-IDs an, mit welchen verbunden werden soll.',
  'Network {networkId} requires a subnet in order to boot instances on.':
    'Das Netz {networkId} braucht ein Subnetz, damit Instanzen darin gestartet werden können.',
  'Port id {portId} could not be found.': 'Der Port mit der ID {portId} konnte nicht gefunden werden.',
  'Port {portId} is still in use.': 'Der Port {portId} wird noch verwendet.',
  'Fixed IP {address} is already in use.': 'Die feste IP-Adresse {address} wird bereits verwendet.',
  'Fixed IP {address} is not a valid ip address for network {networkId}.':
    'Die feste IP {address} ist keine gültige IP-Adresse für das Netz {networkId}.',
  'No fixed IP addresses available for network: {networkId}': 'Keine feste IP-Adresse mehr frei im Netz: {networkId}',
  'Security group {nameOrId} not found for project {projectId}.':
    'Die Sicherheitsgruppe {nameOrId} wurde für das Projekt {projectId} nicht gefunden.',
  'No valid host was found. {reason}': 'Es wurde kein geeigneter Host gefunden. {reason}',
  'No valid host was found. There are not enough hosts available.':
    'Es wurde kein geeigneter Host gefunden. Es sind nicht genügend Hosts verfügbar.',
  'Host {host} could not be found.': 'Der Host {host} konnte nicht gefunden werden.',
  "Hypervisor with ID '{hypervisorId}' could not be found.":
    "Der Hypervisor mit der ID '{hypervisorId}' konnte nicht gefunden werden.",
  'Service {serviceId} could not be found.': 'Der Dienst {serviceId} konnte nicht gefunden werden.',
  'The requested availability zone is not available': 'Die angeforderte Verfügbarkeitszone ist nicht verfügbar',
  'The requested functionality is not supported.': 'Die angeforderte Funktion wird nicht unterstützt.',
  'Marker {marker} could not be found.': 'Die Markierung {marker} konnte nicht gefunden werden.',
  'Invalid input received: {reason}': 'Ungültige Eingabe: {reason}',
  "Policy doesn't allow {rule} to be performed.": 'Die Richtlinie erlaubt {rule} nicht.',
  'Too many requests are waiting; try again.': 'Es warten zu viele Anforderungen; versuchen Sie es noch einmal.',
  'The operation was not confirmed in time; look at its outcome before trying again.':
    'Die Operation wurde nicht rechtzeitig bestätigt; prüfen Sie ihr Ergebnis, bevor Sie sie wiederholen.',
  'The request met an internal error; nothing was changed.':
    'Bei der Anforderung ist ein interner Fehler aufgetreten; nichts wurde geändert.',
  'The cell of instance {instanceId} does not answer at the moment; try again.':
    'Die Zelle der Instanz {instanceId} antwortet zurzeit nicht; versuchen Sie es noch einmal.',
  'The service is stopping; try again.': 'Der Dienst wird gerade beendet; versuchen Sie es noch einmal.',
  'The service cannot store data at the moment; try again.':
    'Der Dienst kann zurzeit keine Daten speichern; versuchen Sie es noch einmal.',
  'The service is overloaded; try again.': 'Der Dienst ist überlastet; versuchen Sie es noch einmal.',
  'Invalid filter field: {name}.': 'Ungültiges Filterfeld: {name}.',
  "Invalid filter value for 'locked': {value}": "Ungültiger Filterwert für 'locked': {value}",
  'The filter {name} cannot be used: it is too long, or uses more than a plain regular expression.':
    'Der Filter {name} kann nicht verwendet werden: Er ist zu lang oder mehr als ein einfacher regulärer Ausdruck.',
  'Instance is not a member of specified network': 'Die Instanz gehört nicht zum angegebenen Netz',
  'marker [{marker}] not found': 'Markierung [{marker}] nicht gefunden',
  'Metadata item was not found': 'Der Metadateneintrag wurde nicht gefunden',
  'The value of changes-since must be less than or equal to changes-before.':
    'Der Wert von changes-since darf nicht größer sein als der von changes-before.',
  "Unrecognized value '{value}', acceptable values are: {accepted}":
    "Unbekannter Wert '{value}', möglich sind: {accepted}",
  'Invalid status value': 'Ungültiger Statuswert',
  'Only administrators may list deleted instances': 'Nur Administratoren dürfen gelöschte Instanzen auflisten',
  'Invalid input received: Sort direction size exceeds sort key size':
    'Es gibt mehr Sortierrichtungen als Sortierschlüssel.',
  "Invalid input received: Unknown sort direction, must be 'desc' or 'asc'":
    "Unbekannte Sortierrichtung; möglich sind 'desc' und 'asc'.",
  'Only administrators can sort servers by {key}': 'Nur Administratoren können Server nach {key} sortieren',
  'Cannot change pinned availability zone directly. Unpin first by setting pinned_availability_zone to null.':
    'Die angeheftete Verfügbarkeitszone kann nicht unmittelbar geändert werden. Zuerst ist sie zu lösen, indem pinned_availability_zone auf null gesetzt wird.',
  "Server can only be pinned to its current availability zone '{current}', but '{zone}' was requested.":
    "Der Server kann nur an seine jetzige Verfügbarkeitszone '{current}' geheftet werden, verlangt wurde aber '{zone}'.",
  'The host of the server does not answer; try again.':
    'Der Host des Servers antwortet nicht; versuchen Sie es noch einmal.',
  'Unable to get console': 'Die Konsole ist nicht zugänglich',
  'Unable to allocate a single hostname to multiple instances':
    'Ein Hostname kann nicht an mehrere Instanzen vergeben werden',
  'Invalid key_name provided.': 'Es wurde ein ungültiger key_name angegeben.',
  'Block Device Mapping is Invalid: {reason}': 'Die Blockgerätezuordnung ist ungültig: {reason}',
  'Can not find requested image': 'Das angeforderte Abbild wurde nicht gefunden',
  'Only volume-backed servers are allowed for flavors with zero disk.':
    'Mit Varianten ohne Datenträger sind nur Server mit Volumes erlaubt.',
  'Missing imageRef attribute': 'Das Attribut imageRef fehlt',
  "Flavor's disk is too small for requested image. Flavor disk is {flavorBytes} bytes, image is {imageBytes} bytes.":
    'Der Datenträger der Variante ist zu klein für das angeforderte Abbild. Der Datenträger hat {flavorBytes} Byte, das Abbild {imageBytes} Byte.',
  "Flavor's disk is smaller than the minimum size specified in image metadata. Flavor disk is {flavorBytes} bytes, minimum size is {minimum} bytes.":
    'Der Datenträger der Variante ist kleiner als die in den Metadaten des Abbilds verlangte Mindestgröße. Der Datenträger hat {flavorBytes} Byte, verlangt sind {minimum} Byte.',
  'a disk of the format {format} cannot be booted':
    'von einem Datenträger im Format {format} kann nicht gestartet werden',
  'min_count must be <= max_count': 'min_count muss <= max_count sein',
  'No more than {max} servers can be created with one request.':
    'Mit einer Anforderung können höchstens {max} Server erstellt werden.',
  'Invalid flavorRef provided.': 'Es wurde eine ungültige flavorRef angegeben.',
  'Unable to automatically allocate a network for project {projectId}':
    'Für das Projekt {projectId} kann kein Netz automatisch bereitgestellt werden',
  'Failed to launch instances: {reason}': 'Die Instanzen konnten nicht gestartet werden: {reason}',
  "Specified Fixed IP '{address}' cannot be used with port '{portId}': the two cannot be specified together.":
    "Die feste IP '{address}' kann nicht mit dem Port '{portId}' verwendet werden: Beide dürfen nicht zusammen angegeben werden.",
  'Unable to launch multiple instances with a single configured port ID.':
    'Mit einer einzigen Port-ID können nicht mehrere Instanzen gestartet werden.',
  'It is not allowed to create an interface on external network {networkId}':
    'Eine Schnittstelle am externen Netz {networkId} ist nicht erlaubt',
  'It is not allowed to change the fixed IP addresses on network {networkId}, which belongs to another project':
    'Die festen IP-Adressen im Netz {networkId} dürfen nicht geändert werden: Es gehört einem anderen Projekt',
  'It is not allowed to choose a fixed IP address on network {networkId}, which belongs to another project':
    'Eine feste IP-Adresse im Netz {networkId} darf nicht gewählt werden: Es gehört einem anderen Projekt',
  'Port {portId} requires a FixedIP in order to be used.':
    'Der Port {portId} braucht eine feste IP-Adresse, um verwendet zu werden.',
  "Bad networks format: missing 'uuid'": "Falsches Format von networks: 'uuid' fehlt",
  'Bad networks format: network uuid is not in proper format ({uuid})':
    'Falsches Format von networks: Die UUID des Netzes hat nicht die richtige Form ({uuid})',
  'max_count cannot be greater than 1 if an fixed_ip is specified.':
    'max_count darf nicht größer als 1 sein, wenn eine fixed_ip angegeben ist.',
  'Unable to parse availability_zone': 'availability_zone kann nicht gelesen werden',
  'One mechanism with host and/or hypervisor_hostname and another mechanism with zone:host:node are mutually exclusive.':
    'Die Angabe mit host und/oder hypervisor_hostname und die Angabe mit Zone:Host:Knoten schließen einander aus.',
  'Compute host {host} could not be found.': 'Der Rechenhost {host} konnte nicht gefunden werden.',
  "Multiple security groups found matching '{nameOrId}'. Use an ID to be more specific.":
    "Auf '{nameOrId}' passen mehrere Sicherheitsgruppen. Geben Sie eine ID an.",
  'Image signature certificate validation is not supported.':
    'Die Prüfung der Zertifikate von Abbildsignaturen wird nicht unterstützt.',
  'Migration {migrationId} not found for instance {instanceId}':
    'Die Migration {migrationId} der Instanz {instanceId} wurde nicht gefunden',
  'Invalid datetime string: {reason}': 'Ungültige Zeitangabe: {reason}',
  'Datetime is in invalid format': 'Datum und Uhrzeit haben ein ungültiges Format',
  'Invalid start time. The start time cannot occur after the end time.':
    'Ungültige Anfangszeit. Der Anfang darf nicht nach dem Ende liegen.',
  'Invalid timestamp for date {date}': 'Ungültiger Zeitstempel für das Datum {date}',
  'The number of tags exceeded the per-server limit {allowed}':
    'Die Zahl der Schlagwörter überschreitet die Grenze von {allowed} je Server',
  "Server {serverId} has no tag '{tag}'": "Der Server {serverId} hat kein Schlagwort '{tag}'",
  "Tag '{tag}' is invalid. It must be a non empty string without characters '/' and ','. Validation error message: {reason}":
    "Das Schlagwort '{tag}' ist ungültig. Es muss ein nicht leerer Text ohne die Zeichen '/' und ',' sein. Meldung der Prüfung: {reason}",
  'Token not found': 'Das Token wurde nicht gefunden',
  'Instance {instanceId} does not have a port with id {portId}':
    'Die Instanz {instanceId} hat keinen Port mit der ID {portId}',
  'Cannot find image for rebuild': 'Das Abbild für den Neuaufbau wurde nicht gefunden',
  'Instance {instanceId} cannot be rescued: Cannot rescue a volume-backed instance':
    'Die Instanz {instanceId} kann nicht gerettet werden: Eine Instanz auf einem Datenträger kann nicht gerettet werden',
  "Requested rescue image '{image}' is not supported": "Das gewünschte Rettungsabbild '{image}' wird nicht unterstützt",
  'Personality file limit exceeded': 'Zu viele Dateien in personality',
  'Personality file path exceeds maximum {allowed}': 'Ein Pfad einer Datei in personality ist länger als {allowed}',
  'Personality file content exceeds maximum {allowed}':
    'Der Inhalt einer Datei in personality ist länger als {allowed}',
  'Bad personality format: missing path': 'personality ist nicht richtig aufgebaut: path fehlt',
  'Unable to rebuild with a different image for a volume-backed server.':
    'Ein Server auf einem Datenträger kann nicht mit einem anderen Abbild neu aufgebaut werden.',
  'Failed to quiesce instance: {reason}': 'Der Server konnte nicht zur Ruhe gebracht werden: {reason}',
  'Quiescing is not supported in instance {instanceId}': 'Der Server {instanceId} kann nicht zur Ruhe gebracht werden',
};
