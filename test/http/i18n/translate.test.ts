import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { catalogues } from '../../../http/i18n/catalogues/index.ts';
import { LANGUAGES, languageOf } from '../../../http/i18n/languages.ts';
import { MESSAGES } from '../../../http/i18n/messages/index.ts';
import { filled, templateOf, valuesIn } from '../../../http/i18n/template.ts';
import { translate } from '../../../http/i18n/translate.ts';

const placeholders = (message: string): string[] => [...templateOf(message).names].sort();

test('every message stands once, and no two differ in the names of their placeholders only', () => {
  assert.ok(MESSAGES.length > 400);
  assert.equal(new Set(MESSAGES.map((message) => message.replace(/\{\w+\}/g, '{}'))).size, MESSAGES.length);
});

for (const language of LANGUAGES)
  test(`the catalogue ${language} has every message, translated, with the same placeholders`, () => {
    const catalogue = catalogues[language];
    assert.deepEqual(Object.keys(catalogue).sort(), [...MESSAGES].sort());
    for (const message of MESSAGES) {
      assert.deepEqual(placeholders(catalogue[message]), placeholders(message), message);
      assert.notEqual(catalogue[message], message);
      assert.equal(catalogue[message], catalogue[message].trim());
      if (language !== 'de') assert.match(catalogue[message], /[\u3040-\u30ff\u4e00-\u9fff]/, message);
    }
  });

describe('the language of an answer', () => {
  const table: readonly (readonly [header: string | undefined, language: string | null])[] = [
    [undefined, null],
    ['', null],
    ['de', 'de'],
    ['DE', 'de'],
    ['de-AT', 'de'],
    ['de-Latn-CH-1996', 'de'],
    ['ja-JP,ja;q=0.9,en;q=0.8', 'ja'],
    ['zh', 'zh-CN'],
    ['zh-CN', 'zh-CN'],
    ['zh-Hans-SG', 'zh-CN'],
    ['zh-TW', null],
    ['zh-Hant, ja;q=0.1', 'ja'],
    ['fr, de;q=0.5', 'de'],
    ['en, de', null],
    ['en;q=0.5, de;q=0.9', 'de'],
    ['de;q=0.5, ja;q=0.5', 'de'],
    ['de;q=0.5, ja;q=0.51', 'ja'],
    ['de;q=0', null],
    ['*, de', null],
    ['*;q=0.1, de;q=0.2', 'de'],
    ['fr', null],
    ['de; q=1.000', 'de'],
    ['de;q=2, ja;q=0.1', 'ja'],
    ['de;q=-1', null],
    ['de;q=1e9', null],
    ['de_DE', null],
    ['__proto__, constructor', null],
    [' , ,;;, de', 'de'],
  ];
  for (const [header, language] of table)
    test(`for ${JSON.stringify(header)} is ${language ?? 'English'}`, () => assert.equal(languageOf(header), language));

  test('is English for a header beyond the bounds', () => {
    assert.equal(languageOf(`de,${'a'.repeat(1100)}`), null);
    assert.equal(languageOf(`${'fr,'.repeat(40)}de`), null);
    assert.equal(languageOf(`${'fr,'.repeat(20)}de`), 'de');
  });
});

describe('a template', () => {
  const flavor = templateOf('Flavor {flavorId} could not be found.');

  test('gives the values of a text that was made of it, whatever they are', () => {
    for (const value of ['42', '', ' could not be found.', '{flavorId}', '$&', '\u0000'])
      assert.equal(valuesIn(flavor, `Flavor ${value} could not be found.`)?.get('flavorId'), value);
  });

  test('gives nothing for another text', () => {
    for (const text of ['', 'Flavor  could not be', 'flavor x could not be found.', 'Flavor could not be found.'])
      assert.equal(valuesIn(flavor, text), null, text);
    assert.equal(valuesIn(templateOf('{a} bytes'), 'bytes'), null);
  });

  test('made of its own values is the text again, for every message', () => {
    for (const message of MESSAGES) {
      const template = templateOf(message);
      const text = filled(template, (name) => `<${name}>`);
      const values = valuesIn(template, text);
      assert.equal(
        filled(template, (name) => values?.get(name) ?? ''),
        text,
      );
    }
  });
});

describe('a message', () => {
  test('is told in the language that is asked for, with its values', () => {
    assert.deepEqual(translate('Flavor m1 could not be found.', 'de-DE, en;q=0.5'), {
      message: 'Die Variante m1 konnte nicht gefunden werden.',
      language: 'de',
    });
    assert.equal(translate('Instance i is locked', 'ja')?.message, 'インスタンス i はロックされています');
    assert.equal(translate('Instance i is locked', 'zh-CN')?.message, '实例 i 已锁定');
  });

  test('stays as it is in English, in a language that we lack, and when no catalogue has it', () => {
    for (const header of [undefined, 'en', 'fr', 'en-GB, de;q=0.9'])
      assert.equal(translate('Instance i is locked', header), null);
    assert.equal(translate('Nobody has said this yet', 'de'), null);
    assert.equal(translate(`Flavor ${'x'.repeat(20_000)} could not be found.`, 'de'), null);
  });

  test('has its reason translated, too, where that is a message itself', () => {
    const message = 'Invalid input received: Unable to parse availability_zone';
    assert.equal(translate(message, 'de')?.message, 'Ungültige Eingabe: availability_zone kann nicht gelesen werden');
    assert.equal(
      translate("Invalid input for cidr. Reason: 'x' is not a valid IP subnet.", 'de')?.message,
      "Ungültige Eingabe für cidr. Grund: 'x' ist kein gültiges IP-Subnetz.",
    );
    assert.equal(
      translate("Invalid input for cidr. Reason: 'x' isn't a recognized IP subnet cidr, 'y' is recommended.", 'de')
        ?.message,
      "Ungültige Eingabe für cidr. Grund: 'x' ist keine anerkannte CIDR eines IP-Subnetzes, empfohlen wird 'y'.",
    );
  });

  test('keeps the text of the JSON schema in its translated frame, as in Nova', () => {
    const message = "Invalid input for field/attribute name. Value: a. b. 'a. b' is too long";
    assert.equal(
      translate(message, 'de')?.message,
      "Ungültige Eingabe für Feld/Attribut name. Wert: a. b. 'a. b' is too long",
    );
  });

  test('takes the most particular template', () => {
    assert.equal(translate('Could not find project: p.', 'de')?.message, 'Das Projekt wurde nicht gefunden: p.');
    assert.equal(
      translate('Port id p could not be found.', 'de')?.message,
      'Der Port mit der ID p konnte nicht gefunden werden.',
    );
  });

  test('made of hostile values is translated without delay or surprise', () => {
    const nested = 'Invalid input received: '.repeat(500);
    assert.match(translate(nested, 'de')?.message ?? '', /^Ungültige Eingabe: /);
    const value = '{action} $1 Instance '.repeat(200);
    assert.ok(translate(`Cannot '${value}' instance i while it is in a b`, 'ja')?.message.includes(value));
  });
});
