import assert from 'node:assert/strict';
import test from 'node:test';
import { meetsRequirement } from '../../../../actors/scheduler/matching/extra-spec-operators.ts';

const CASES: readonly (readonly [value: string, requirement: string, meets: boolean])[] = [
  ['KVM', 'KVM', true],
  ['KVM', 'kvm', false],
  ['two words', 'two words', true],
  ['8', '= 4', true],
  ['4', '= 4', true],
  ['3', '= 4', false],
  ['4.0', '== 4', true],
  ['5', '!= 4', true],
  ['10', '>= 9', true],
  ['10', '<= 9', false],
  // As texts 10 comes before 9, as numbers after it.
  ['10', 's< 9', true],
  ['10', 's<= 10', true],
  ['10', 's> 9', false],
  ['10', 's>= 10', true],
  ['a', 's== a', true],
  ['a', 's!= a', false],
  ['many', '>= 1', false],
  ['5', '>= many', false],
  ['', '>= 0', false],
  ['5', '>=', false],
  ['haswell', '<in> well', true],
  ['haswell', '<in> lake', false],
  ['aes mmx sse', '<all-in> aes sse', true],
  ['aes mmx sse', '<all-in> aes avx', false],
  ['aes', '<all-in>', false],
  ['green', '<or> red <or> green', true],
  ['blue', '<or> red <or> green', false],
  ['<or>', '<or> red <or> green', false],
  // There is no such operator: the texts must be equal.
  ['5', '> 4', false],
  ['> 4', '> 4', true],
];

for (const [value, requirement, meets] of CASES)
  test(`${JSON.stringify(value)} ${meets ? 'meets' : 'does not meet'} ${JSON.stringify(requirement)}`, () => {
    assert.equal(meetsRequirement(value, requirement), meets);
  });
