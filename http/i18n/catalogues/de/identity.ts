import type { IdentityMessage } from '../../messages/identity.ts';

export const identity: Readonly<Record<IdentityMessage, string>> = {
  'The method is not allowed for the requested URL.': 'Diese Methode ist für die angeforderte URL nicht erlaubt.',
  'The requested URL was not found on the server.': 'Die angeforderte URL wurde auf dem Server nicht gefunden.',
  'An unexpected error prevented the server from fulfilling your request.':
    'Ein unerwarteter Fehler hat verhindert, dass der Server Ihre Anforderung erfüllt.',
  'You are not authorized to perform the requested action: {action}.':
    'Sie sind nicht berechtigt, die angeforderte Aktion auszuführen: {action}.',
  "Invalid input for field '{field}': {reason}": "Ungültige Eingabe für das Feld '{field}': {reason}",
  'Invalid body: {reason}': 'Ungültiger Hauptteil: {reason}',
  'The request body is not valid JSON.': 'Der Hauptteil der Anforderung ist kein gültiges JSON.',
  'Could not find project: {id}.': 'Das Projekt wurde nicht gefunden: {id}.',
  'Could not find user: {id}.': 'Der Benutzer wurde nicht gefunden: {id}.',
  'Could not find role: {id}.': 'Die Rolle wurde nicht gefunden: {id}.',
  'Could not find domain: {id}.': 'Die Domäne wurde nicht gefunden: {id}.',
  'Could not find Application Credential: {id}.': 'Der Anwendungszugang wurde nicht gefunden: {id}.',
  'Could not find role assignment with role: {roleId}, user or group: {userId}, project, domain, or system: {target}.':
    'Es wurde keine Rollenzuweisung gefunden mit Rolle: {roleId}, Benutzer oder Gruppe: {userId}, Projekt, Domäne oder System: {target}.',
  'Could not find service: {id}.': 'Der Dienst wurde nicht gefunden: {id}.',
  'Could not find endpoint: {id}.': 'Der Endpunkt wurde nicht gefunden: {id}.',
  'Could not find region: {id}.': 'Die Region wurde nicht gefunden: {id}.',
  'Could not find {what}: {id}.': 'Nicht gefunden ({what}): {id}.',
  'Could not find token.': 'Das Token wurde nicht gefunden.',
  'Conflict occurred attempting to store {what} - {reason}.':
    'Beim Speichern ({what}) ist ein Konflikt aufgetreten - {reason}.',
  'Duplicate entry found with name {name} at domain ID {domainId}':
    'In der Domäne mit der ID {domainId} gibt es bereits einen Eintrag mit dem Namen {name}',
  'Duplicate entry found with name {name} at user ID {userId}':
    'Der Benutzer mit der ID {userId} hat bereits einen Eintrag mit dem Namen {name}',
  'Duplicate entry found with name {name}': 'Es gibt bereits einen Eintrag mit dem Namen {name}',
  'Cannot change or delete role {roleId}: it is immutable.':
    'Die Rolle {roleId} kann weder geändert noch gelöscht werden: Sie ist unveränderlich.',
  'Unable to create additional application credentials, maximum of {allowed} already exceeded for user.':
    'Es können keine weiteren Anwendungszugänge erstellt werden: Der Benutzer hat die Höchstzahl von {allowed} erreicht.',
  'Invalid application credential: Could not find role assignment with role: {roleId}.':
    'Ungültiger Anwendungszugang: Es wurde keine Rollenzuweisung mit der Rolle {roleId} gefunden.',
  'The service is busy; try again in a moment.': 'Der Dienst ist ausgelastet; versuchen Sie es gleich noch einmal.',
  'Too many failed logins; try again in {seconds} seconds.':
    'Zu viele fehlgeschlagene Anmeldungen; versuchen Sie es in {seconds} Sekunden noch einmal.',
  'Too many failed logins from your address; try again in {seconds} seconds.':
    'Zu viele fehlgeschlagene Anmeldungen von Ihrer Adresse; versuchen Sie es in {seconds} Sekunden noch einmal.',
  'An application credential needs a token for a project.': 'Ein Anwendungszugang braucht ein Token für ein Projekt.',
  'Application credentials cannot request a scope.':
    'Mit einem Anwendungszugang kann kein Geltungsbereich angefordert werden.',
  'The token of an application credential cannot be rescoped.':
    'Das Token eines Anwendungszugangs kann keinen anderen Geltungsbereich erhalten.',
  'The header X-Subject-Token is required.': 'Der Header X-Subject-Token wird benötigt.',
  'A token without a scope has no catalog.': 'Ein Token ohne Geltungsbereich hat keinen Katalog.',
  'It must be a number.': 'Es muss eine Zahl sein.',
  'It must not have control characters.': 'Es darf keine Steuerzeichen enthalten.',
  'It must be text.': 'Es muss Text sein.',
  'It must not be empty.': 'Es darf nicht leer sein.',
  'It must have at most {max} characters.': 'Es darf höchstens {max} Zeichen haben.',
  'It must have at least {min} characters.': 'Es muss mindestens {min} Zeichen haben.',
  'It must not be blank.': 'Es darf nicht nur aus Leerzeichen bestehen.',
  'It must be true or false.': 'Es muss true oder false sein.',
  'No options can be set.': 'Es können keine Optionen gesetzt werden.',
  'It is too long.': 'Es ist zu lang.',
  'It is not known here.': 'Es ist hier nicht bekannt.',
  'It is required.': 'Es wird benötigt.',
  'It must be of type {type}.': 'Es muss vom Typ {type} sein.',
  'It must be in the future.': 'Es muss in der Zukunft liegen.',
  'It cannot be changed.': 'Es kann nicht geändert werden.',
  'Projects cannot be nested.': 'Projekte können nicht verschachtelt werden.',
  'Domains cannot be made.': 'Domänen können nicht erstellt werden.',
  'Roles of a domain cannot be made.': 'Rollen einer Domäne können nicht erstellt werden.',
  'Access rules are not known here.': 'Zugriffsregeln sind hier nicht bekannt.',
  'It must have an id or a name.': 'Es muss eine ID oder einen Namen haben.',
  'It must have an id, or a name and a domain.': 'Es muss eine ID oder einen Namen und eine Domäne haben.',
  'It must have an id, or a name and a user.': 'Es muss eine ID oder einen Namen und einen Benutzer haben.',
  'It must be true.': 'Es muss true sein.',
  'It must be one of project, domain, system and unscoped.': 'Es muss project, domain, system oder unscoped sein.',
  'It must be one of {values}.': 'Es muss einer dieser Werte sein: {values}.',
  'It must be a list of one method.': 'Es muss eine Liste mit einer Methode sein.',
  'It must be a list.': 'Es muss eine Liste sein.',
  'It must have at most {max} entries.': 'Es darf höchstens {max} Einträge haben.',
  'It must have neither a comma nor a slash.': 'Es darf weder ein Komma noch einen Schrägstrich enthalten.',
  'It must be a time in the form of ISO 8601.': 'Es muss eine Zeitangabe nach ISO 8601 sein.',
};
