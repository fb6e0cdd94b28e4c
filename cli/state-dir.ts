import { checkSettings } from '../composition/settings.ts';

/** The state directory that a command names with --state-dir, or the default one. Throws SettingsRefused. */
export function stateDirOf(given: string | undefined): string {
  return checkSettings(given === undefined ? {} : { stateDir: given }, 'The command line').stateDir;
}
