import assert from 'node:assert/strict';
import test from 'node:test';
import { bootData } from '../../../actors/instance/row.ts';
import { ID, SPEC, Told, USER } from './an-instance.ts';

const NOTHING = { userData: null, publicKey: null, keyType: null, adminPassword: null };

/** An active instance whose guest was given this. */
function made(boot: typeof SPEC.bootData): Told {
  const told = new Told();
  told.tell({ type: 'create', spec: { ...SPEC, networks: 'none', bootData: boot }, requester: USER });
  told.claimed('host-a');
  told.effectEnded('well');
  return told;
}

test('an instance whose guest is given nothing has no row of boot data, and gets one when there is something', () => {
  const told = made(NOTHING);
  assert.equal(told.state?.vmState, 'active');
  assert.equal(bootData.read(told.ctx.rows, ID), undefined);
  told.begin('changePassword', 'req-2');
  assert.deepEqual(bootData.read(told.ctx.rows, ID), { ...NOTHING, adminPassword: 'changed' });
  told.effectEnded('well');
  told.begin('delete', 'req-3');
  told.effectEnded('well');
  assert.equal(bootData.read(told.ctx.rows, ID), undefined);
});

test('what changes leaves the rest of the boot data', () => {
  const told = made({ ...NOTHING, userData: 'I2Nsb3Vk', adminPassword: 'first' });
  told.begin('rescue', 'req-2');
  assert.deepEqual(bootData.read(told.ctx.rows, ID), {
    ...NOTHING,
    userData: 'I2Nsb3Vk',
    adminPassword: 'first',
    rescuePassword: 'rescue-me',
  });
});
