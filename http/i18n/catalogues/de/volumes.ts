import type { VolumesMessage } from '../../messages/volumes.ts';

/** Messages about volumes in German. */
export const volumes: Readonly<Record<VolumesMessage, string>> = {
  'Volume {volumeId} could not be found.': 'Der Datenträger {volumeId} wurde nicht gefunden.',
  'Snapshot {snapshotId} could not be found.': 'Die Momentaufnahme {snapshotId} wurde nicht gefunden.',
  'Volume attachment could not be found with filter: attachment_id = {attachmentId}.':
    'Mit dem Filter attachment_id = {attachmentId} wurde keine Anbindung eines Datenträgers gefunden.',
  'Invalid volume: {reason}': 'Ungültiger Datenträger: {reason}',
  'Invalid snapshot: {reason}': 'Ungültige Momentaufnahme: {reason}',
  'Requested volume or snapshot exceeds allowed gigabytes quota. Requested {requested}G, quota is {allowed}G and {used}G has been consumed.':
    'Der Datenträger oder die Momentaufnahme überschreitet das Kontingent an Gigabyte: verlangt {requested}G, erlaubt {allowed}G, belegt {used}G.',
  "Maximum number of {resource} allowed ({allowed}) exceeded for quota '{name}'.":
    "Die erlaubte Höchstzahl von {resource} ({allowed}) des Kontingents '{name}' ist überschritten.",
  'The volume service is busy.': 'Der Datenträgerdienst ist ausgelastet.',
  'The volume service did not answer in time.': 'Der Datenträgerdienst hat nicht rechtzeitig geantwortet.',
  'The volume service is not running.': 'Der Datenträgerdienst läuft nicht.',
  'The volume service cannot store its data now.':
    'Der Datenträgerdienst kann seine Daten im Augenblick nicht speichern.',
  'The volume service failed on this request.': 'Der Datenträgerdienst ist an dieser Anfrage gescheitert.',
  'Malformed request url': 'Fehlerhafte Adresse der Anfrage',
  'Invalid input for field/attribute {field}. {reason}': 'Ungültige Eingabe für das Feld {field}. {reason}',
  'limit param must be an integer': 'Der Parameter limit muss eine ganze Zahl sein',
  'offset param must be an integer': 'Der Parameter offset muss eine ganze Zahl sein',
  'Invalid sort key or direction': 'Ungültiger Schlüssel oder ungültige Richtung der Sortierung',
  'A volume is made of one of snapshot_id, source_volid and imageRef.':
    'Ein Datenträger entsteht aus einem von snapshot_id, source_volid und imageRef.',
  'The size of the volume is missing.': 'Die Größe des Datenträgers fehlt.',
  "Invalid input received: Volume size '{size}'GB cannot be smaller than {source} size {least}GB.":
    "Ungültige Eingabe: Die Größe '{size}'GB des Datenträgers darf nicht kleiner sein als die von {source}, {least}GB.",
  'Originating snapshot status must be one of available values':
    'Die Momentaufnahme, aus der er entstehen soll, muss verfügbar sein',
  'Source volume must be available: a guest may be writing to it.':
    'Der Quelldatenträger muss verfügbar sein: ein Gast könnte auf ihn schreiben.',
  'Invalid image identifier or unable to access requested image.':
    'Die Kennung des Abbilds ist ungültig, oder es ist nicht zugänglich.',
  'Image {imageId} is unacceptable: it is no disk.': 'Das Abbild {imageId} ist unbrauchbar: es ist kein Datenträger.',
  'Size of specified image {least}GB is larger than volume size {size}GB.':
    'Das Abbild ist mit {least}GB größer als der Datenträger mit {size}GB.',
  'Volume type {typeId} could not be found.': 'Der Datenträgertyp {typeId} wurde nicht gefunden.',
  "Availability zone '{zone}' is invalid.": "Die Verfügbarkeitszone '{zone}' ist ungültig.",
  'Groups and backups are not supported.': 'Gruppen und Sicherungen werden nicht unterstützt.',
  'The image service does not take the image.': 'Der Abbilddienst nimmt das Abbild nicht an.',
  'There is no such key among the metadata.': 'Diesen Schlüssel gibt es unter den Metadaten nicht.',
  "Invalid input received: force=False is invalid: since 3.66 a volume's state does not matter.":
    'Ungültige Eingabe: force=False ist ungültig: seit 3.66 kommt es auf den Zustand des Datenträgers nicht an.',
  'volume {volumeId} cannot be snapshotted by its host':
    'der Datenträger {volumeId} kann nicht von seinem Host gesichert werden',
  'The delete_info parameter does not name a volume.': 'Der Parameter delete_info nennt keinen Datenträger.',
  'volume {volumeId} already attached': 'der Datenträger {volumeId} ist schon angebunden',
  'The maximum allowed number of disk devices ({maximum}) to attach to a single instance has been exceeded.':
    'Die erlaubte Höchstzahl von Datenträgern ({maximum}) einer Instanz ist überschritten.',
  'The supplied device path ({path}) is in use.': 'Der angegebene Gerätepfad ({path}) ist in Gebrauch.',
  'Instance {instanceId} is not attached to volume {volumeId}':
    'Die Instanz {instanceId} ist nicht mit dem Datenträger {volumeId} verbunden',
  'Cannot detach a root device volume': 'Der Datenträger, von dem gestartet wird, kann nicht gelöst werden',
  'Invalid volume status: {status}': 'Ungültiger Zustand des Datenträgers: {status}',
  "volume '{volumeId}' status must be 'available'. Currently in '{status}'":
    "der Zustand des Datenträgers '{volumeId}' muss 'available' sein, ist aber '{status}'",
  'volume {volumeId} is not migrating; this API should only be called by Cinder':
    'der Datenträger {volumeId} zieht nicht um; dies soll nur Cinder aufrufen',
  'The {property} property is not mutable': 'Die Eigenschaft {property} kann nicht geändert werden',
  'a name, a description or the metadata is too long': 'ein Name, eine Beschreibung oder die Metadaten sind zu lang',
  'Using different block_device_mapping syntaxes is not allowed in the same request.':
    'Beide Formen von block_device_mapping in einer Anfrage sind nicht erlaubt.',
  'Block Device Mapping is Invalid: Boot sequence for the instance and image/block device mapping combination is not valid.':
    'Die Blockgerätezuordnung ist ungültig: Die Startreihenfolge von Abbild und Blockgeräten ergibt keinen Sinn.',
  'Invalid source_type field.': 'Das Feld source_type ist ungültig.',
  'Invalid device UUID.': 'Die UUID des Geräts ist ungültig.',
  'Missing device UUID.': 'Die UUID des Geräts fehlt.',
  'Specifying a volume_type with destination_type=local is not supported.':
    'Ein volume_type mit destination_type=local wird nicht unterstützt.',
  'Mapping image to local is not supported.': 'Ein Abbild als lokales Gerät wird so nicht unterstützt.',
  'A volume or snapshot is no local disk.': 'Ein Datenträger oder eine Momentaufnahme ist kein lokales Gerät.',
  "Images with destination_type 'volume' need to have a non-zero size specified":
    "Abbilder mit destination_type 'volume' brauchen eine Größe",
  "Blank volumes (source: 'blank', dest: 'volume') need to have non-zero size":
    "Leere Datenträger (source: 'blank', dest: 'volume') brauchen eine Größe",
  'More than one swap drive requested.': 'Mehr als ein Auslagerungsgerät ist verlangt.',
  'Swap drive requested is larger than instance type allows.':
    'Das verlangte Auslagerungsgerät ist größer, als die Variante erlaubt.',
  'Ephemeral disks requested are larger than the instance type allows. If no size is given in one block device mapping, flavor ephemeral size will be used.':
    'Die verlangten flüchtigen Geräte sind größer, als die Variante erlaubt. Ohne Größe gilt die der Variante.',
  'More than one ephemeral disk requested: one is supported, of the size of the flavor.':
    'Mehr als ein flüchtiges Gerät wurde verlangt: eines wird unterstützt, von der Größe der Variante.',
  'Unrecognized legacy format.': 'Unbekannte ältere Form.',
  'Cannot attach one or more volumes to multiple instances':
    'Datenträger können nicht an mehrere Instanzen angebunden werden',
  'failed to get volume {volumeId}.': 'der Datenträger {volumeId} ist nicht zu bekommen.',
  'Block Device {id} is not bootable.': 'Vom Blockgerät {id} kann nicht gestartet werden.',
  'failed to get snapshot {snapshotId}.': 'die Momentaufnahme {snapshotId} ist nicht zu bekommen.',
  'failed to get image {imageId}.': 'das Abbild {imageId} ist nicht zu bekommen.',
  'It is not supported to backup volume backed instance.':
    'Sicherungen von Servern auf Datenträgern werden nicht unterstützt.',
  'Multiattach volumes are only supported starting with compute API version 2.60.':
    'Datenträger für mehrere Server gibt es erst ab Version 2.60 der Compute API.',
  'Attaching multiattach volumes is not supported for shelved-offloaded instances.':
    'Ein Datenträger für mehrere Server kann keinem ausgelagerten Server gegeben werden.',
  "volume '{volumeId}' status must be 'available' or 'in-use'. Currently in '{status}'":
    "der Datenträger '{volumeId}' muss 'available' oder 'in-use' sein, ist aber '{status}'",
  'Old volume is attached to a different instance.': 'Der alte Datenträger gehört zu einem anderen Server.',
  'New volume must be detached in order to swap.':
    'Der neue Datenträger darf zu keinem Server gehören, um den alten abzulösen.',
  'New volume must be the same size or larger.': 'Der neue Datenträger muss mindestens so groß sein.',
  'Swapping multi-attach volumes with more than one read/write attachment is not supported.':
    'Ein Datenträger, den mehrere Server haben, kann nicht abgelöst werden.',
};
