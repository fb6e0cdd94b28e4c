import type { ImageMessage } from '../../messages/image.ts';

export const image: Readonly<Record<ImageMessage, string>> = {
  'The method is not allowed for this resource.': 'Diese Methode ist für diese Ressource nicht erlaubt.',
  'This server could not verify that you are authorized.': 'Der Server konnte Ihre Berechtigung nicht feststellen.',
  'The image service failed on this request.': 'Beim Abbilddienst ist bei dieser Anforderung ein Fehler aufgetreten.',
  'The content type must be {types}.': 'Der Inhaltstyp muss {types} sein.',
  'The request body is larger than {max} bytes.': 'Der Hauptteil der Anforderung ist größer als {max} Byte.',
  'Malformed JSON in request body.': 'Fehlerhaftes JSON im Hauptteil der Anforderung.',
  'must be a string': 'muss ein Text sein',
  'must not be longer than {max} characters': 'darf nicht länger als {max} Zeichen sein',
  'must be valid Unicode': 'muss gültiges Unicode sein',
  'must be a whole number': 'muss eine ganze Zahl sein',
  'must not be negative': 'darf nicht negativ sein',
  'must be below 2^31': 'muss kleiner als 2^31 sein',
  'must be true or false': 'muss true oder false sein',
  'must be one of: {values}': 'muss einer dieser Werte sein: {values}',
  'must not be empty': 'darf nicht leer sein',
  'must be a list of strings': 'muss eine Liste von Texten sein',
  'must be a UUID': 'muss eine UUID sein',
  'must be a slash and the name of one attribute or property':
    'muss ein Schrägstrich und der Name eines Attributs oder einer Eigenschaft sein',
  'must be a list of operations': 'muss eine Liste von Operationen sein',
  'must be set before data is uploaded': 'muss vor dem Hochladen der Daten gesetzt werden',
  "Attribute '{name}' is read-only.": "Das Attribut '{name}' kann nur gelesen werden.",
  "Attribute '{name}' is reserved.": "Das Attribut '{name}' ist reserviert.",
  'Invalid property name: it {reason}.': 'Ungültiger Name einer Eigenschaft: Er {reason}.',
  "Invalid value for '{field}': it {reason}.": "Ungültiger Wert für '{field}': Er {reason}.",
  'Invalid value for {field}: {reason}.': 'Ungültiger Wert für {field}: {reason}.',
  'No image found with ID {imageId}': 'Es wurde kein Abbild mit der ID {imageId} gefunden',
  'Image ID {imageId} already exists!': 'Die Abbild-ID {imageId} ist bereits vorhanden!',
  'Cannot {action}: image {imageId} is in status {status}.':
    '"{action}" ist nicht möglich: Das Abbild {imageId} hat den Status {status}.',
  'Property {name} does not exist.': 'Die Eigenschaft {name} ist nicht vorhanden.',
  'Property {name} may not be removed.': 'Die Eigenschaft {name} darf nicht entfernt werden.',
  'Image {imageId} has no tag {tag}.': 'Das Abbild {imageId} hat kein Schlagwort {tag}.',
  'Image {imageId} is not shared with {projectId}.': 'Das Abbild {imageId} ist nicht mit {projectId} geteilt.',
  'Image {imageId} is shared with {projectId} already.': 'Das Abbild {imageId} ist bereits mit {projectId} geteilt.',
  'The limit of {allowed} {what} would be exceeded.': 'Die Grenze von {allowed} ({what}) würde überschritten.',
  'The image is larger than the {max} bytes that are allowed.': 'Das Abbild ist größer als die erlaubten {max} Byte.',
  'The upload is incomplete: {reason}': 'Das Hochladen ist unvollständig: {reason}',
  'There is not enough disk space on the image storage media.':
    'Auf dem Speicher für Abbilder ist nicht genügend Platz.',
  'No image data could be found.': 'Es wurden keine Daten des Abbilds gefunden.',
  'The image service cannot store or read its data now.':
    'Der Abbilddienst kann seine Daten zurzeit nicht speichern oder lesen.',
  'The image service is busy.': 'Der Abbilddienst ist ausgelastet.',
  'The image service did not answer in time.': 'Der Abbilddienst hat nicht rechtzeitig geantwortet.',
  'The image service is not running.': 'Der Abbilddienst läuft nicht.',
  'The content type must be application/octet-stream.': 'Der Inhaltstyp muss application/octet-stream sein.',
  'The Content-Length is not a number.': 'Content-Length ist keine Zahl.',
  'Images of format {format} are not taken.': 'Abbilder im Format {format} werden nicht angenommen.',
  'The image was deleted during the upload.': 'Das Abbild wurde während des Hochladens gelöscht.',
  'The requested image has been deactivated. Image data download is forbidden.':
    'Das angeforderte Abbild wurde deaktiviert. Das Herunterladen seiner Daten ist verboten.',
  'The image has {size} bytes.': 'Das Abbild hat {size} Byte.',
  "Bad value passed to filter 'status': {value}": "Falscher Wert für den Filter 'status': {value}",
  "Bad value passed to filter '{name}': it must be a whole number.":
    "Falscher Wert für den Filter '{name}': Es muss eine ganze Zahl sein.",
  "Bad value passed to filter 'protected': it must be true or false.":
    "Falscher Wert für den Filter 'protected': Er muss true oder false sein.",
  "Bad value passed to filter '{name}': it must be a time.":
    "Falscher Wert für den Filter '{name}': Es muss eine Zeitangabe sein.",
  'There is no action {action}.': 'Es gibt keine Aktion {action}.',
  'Marker image {marker} could not be found.': 'Das Abbild {marker} der Markierung konnte nicht gefunden werden.',
  'Only shared images have members.': 'Nur geteilte Abbilder haben Mitglieder.',
  "Invalid value for 'member': it must be the id of a project.":
    "Ungültiger Wert für 'member': Es muss die ID eines Projekts sein.",
  "Invalid value for 'status': it must be one of: pending, accepted, rejected.":
    "Ungültiger Wert für 'status': Möglich sind pending, accepted und rejected.",
  'Invalid visibility value: {value}': 'Ungültiger Wert für visibility: {value}',
  'Invalid status: {status}': 'Ungültiger Status: {status}',
  "Invalid value for 'os_hidden': it must be true or false.":
    "Ungültiger Wert für 'os_hidden': Er muss true oder false sein.",
  'limit param must be a whole number of at least 0': 'der Parameter limit muss eine ganze Zahl ab 0 sein',
  'A list has at most {max} parameters.': 'Eine Liste hat höchstens {max} Parameter.',
  'The request body must be a JSON object.': 'Der Hauptteil der Anforderung muss ein JSON-Objekt sein.',
  'Multi backend is not supported at this site.': 'Mehrere Speicher werden hier nicht unterstützt.',
  'Invalid sort key: {key}. It must be one of the following: {keys}.':
    'Ungültiger Sortierschlüssel: {key}. Möglich sind: {keys}.',
  'Invalid sort direction: {direction}. It must be asc or desc.':
    'Ungültige Sortierrichtung: {direction}. Möglich sind asc und desc.',
  'Old and new sorting syntax cannot be combined.':
    'Die alte und die neue Schreibweise der Sortierung können nicht zusammen verwendet werden.',
  'Number of sort dirs does not match the number of sort keys.':
    'Die Zahl der Sortierrichtungen passt nicht zur Zahl der Sortierschlüssel.',
  'The image belongs to another project.': 'Das Abbild gehört einem anderen Projekt.',
  'Changing an image needs the role member.': 'Um ein Abbild zu ändern, braucht man die Rolle member.',
  'Creating an image needs the role member.': 'Um ein Abbild zu erstellen, braucht man die Rolle member.',
  'Only an administrator creates images for another project.':
    'Nur ein Administrator erstellt Abbilder für ein anderes Projekt.',
  'Only an administrator publishes an image.': 'Nur ein Administrator veröffentlicht ein Abbild.',
  'Only an administrator deactivates or reactivates an image.':
    'Nur ein Administrator deaktiviert oder reaktiviert ein Abbild.',
  'Only an administrator changes the owner.': 'Nur ein Administrator ändert den Besitzer.',
  'Image {imageId} is protected and cannot be deleted.':
    'Das Abbild {imageId} ist geschützt und kann nicht gelöscht werden.',
  'Only the project that an image is shared with accepts or rejects it.':
    'Nur das Projekt, mit dem ein Abbild geteilt ist, nimmt es an oder lehnt es ab.',
  'Attribute {name} can only be replaced while the image is queued.':
    'Das Attribut {name} kann nur ersetzt werden, solange das Abbild den Status queued hat.',
  'The client has sent nothing for too long.': 'Der Client hat zu lange nichts gesendet.',
  'The upload was given up.': 'Das Hochladen wurde abgebrochen.',
  'The sender of the data is gone.': 'Der Sender der Daten ist nicht mehr da.',
  '{expected} bytes were announced, but {total} came.':
    'Es wurden {expected} Byte angekündigt, aber {total} sind angekommen.',
  'The image is empty.': 'Das Abbild ist leer.',
  'The image is not what it says it is: declared as {declared}, but its content is {found}.':
    'Das Abbild ist nicht, was es zu sein vorgibt: Angegeben ist {declared}, der Inhalt ist aber {found}.',
  'The qcow2 image cannot be used: {reason}.': 'Das qcow2-Abbild kann nicht verwendet werden: {reason}.',
  'The image cannot be used: {reason}.': 'Das Abbild kann nicht verwendet werden: {reason}.',
  'it has no content': 'es hat keinen Inhalt',
  'its content is damaged on disk': 'sein Inhalt ist auf dem Datenträger beschädigt',
  'its content is not in the store': 'sein Inhalt ist nicht im Speicher',
  'it has a backing file': 'es hat eine Basisdatei',
  'it has an external data file': 'es hat eine externe Datendatei',
  'it names an external data file': 'es nennt eine externe Datendatei',
  'it names the format of a backing file': 'es nennt das Format einer Basisdatei',
  'it is encrypted': 'es ist verschlüsselt',
  'it is marked as corrupt': 'es ist als beschädigt markiert',
  'it needs features that are not known': 'es braucht Funktionen, die nicht bekannt sind',
  'it does not start as a qcow2 image does': 'es beginnt nicht wie ein qcow2-Abbild',
  'its header is cut off': 'sein Kopf ist abgeschnitten',
  'version {version} of qcow2 is not supported': 'Version {version} von qcow2 wird nicht unterstützt',
  'its cluster size of 2^{bits} bytes is out of bounds':
    'seine Clustergröße von 2^{bits} Byte liegt außerhalb der Grenzen',
  'its virtual size is 0': 'seine virtuelle Größe ist 0',
  'its virtual size of {size} bytes is out of bounds':
    'seine virtuelle Größe von {size} Byte liegt außerhalb der Grenzen',
  'its L1 table is too large': 'seine L1-Tabelle ist zu groß',
  'its L1 table is too small for its virtual size': 'seine L1-Tabelle ist zu klein für seine virtuelle Größe',
  'its L1 table lies outside of the file': 'seine L1-Tabelle liegt außerhalb der Datei',
  'the size of its refcount table is out of bounds':
    'die Größe seiner Referenzzählertabelle liegt außerhalb der Grenzen',
  'its refcount table lies outside of the file': 'seine Referenzzählertabelle liegt außerhalb der Datei',
  'its refcount width is out of bounds': 'die Breite seiner Referenzzähler liegt außerhalb der Grenzen',
  'it has too many internal snapshots': 'es hat zu viele interne Schattenkopien',
  'its snapshot table lies outside of the file': 'seine Tabelle der Schattenkopien liegt außerhalb der Datei',
  'parts that its L1 table refers to lie outside of the file: it is cut off or damaged':
    'Teile, auf die seine L1-Tabelle verweist, liegen außerhalb der Datei: Es ist abgeschnitten oder beschädigt',
  'the length of its header is out of bounds': 'die Länge seines Kopfes liegt außerhalb der Grenzen',
  'it has too many header extensions': 'es hat zu viele Kopferweiterungen',
  'a header extension does not fit into the first cluster': 'eine Kopferweiterung passt nicht in den ersten Cluster',
};
