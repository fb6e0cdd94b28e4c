import { createBackupOfServer, createImageOfServer } from '../../../../http/compute/servers/capture.ts';
import { rebuildServer } from '../../../../http/compute/servers/rebuild.ts';
import { crashDumpOfServer } from '../../../../http/compute/servers/requests.ts';
import { rescueServer, unrescueServer } from '../../../../http/compute/servers/rescue-routes.ts';
import {
  changePassword,
  forceDeleteServer,
  injectNetworkInfo,
  resetServerState,
  restoreServer,
} from '../../../../http/compute/servers/state-routes.ts';
import { testBodies } from '../contract-checks.ts';

testBodies({
  'POST /servers/{id}/action#rebuild': rebuildServer,
  'POST /servers/{id}/action#rescue': rescueServer,
  'POST /servers/{id}/action#unrescue': unrescueServer,
  'POST /servers/{id}/action#os-resetState': resetServerState,
  'POST /servers/{id}/action#forceDelete': forceDeleteServer,
  'POST /servers/{id}/action#restore': restoreServer,
  'POST /servers/{id}/action#changePassword': changePassword,
  'POST /servers/{id}/action#injectNetworkInfo': injectNetworkInfo,
  'POST /servers/{id}/action#trigger_crash_dump': crashDumpOfServer,
  'POST /servers/{id}/action#createImage': createImageOfServer,
  'POST /servers/{id}/action#createBackup': createBackupOfServer,
});
