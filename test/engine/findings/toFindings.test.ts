import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { toFindings } from '../../../server/src/engine/findings/toFindings.ts';
import { debtTask, findIn, rules, type Scores, tasks } from './labelledPassages.ts';

const debt: Scores = { debt: [0.2, 0.5, 0.3] };
const code: Scores = { form: [0.1, 0.9] };
const deprecation: Scores = { purpose: [0.1, 0.8] };

describe('findings of labelled passages', () => {
  it('reports debt with the most probable kind and the probability of any kind', () => {
    const [finding, ...rest] = findIn('// horrible hack\nlet a;', debt);
    assert.equal(rest.length, 0);
    assert.equal(finding?.code, 'debt');
    assert.equal(finding.level, 'information');
    assert.equal(finding.label, 'debt/design');
    assert.ok(Math.abs(finding.score - 0.8) < 1e-6);
    assert.equal(finding.covered, '// horrible hack');
    assert.equal(finding.message, 'This comment admits unfinished or provisional work (DESIGN, 80 % sure).');
  });

  it('points at the word that gives a long comment away, to the end of its line', () => {
    const covered = (source: string, language = 'typescript') =>
      findIn(source, debt, { language }).map((one) => one.covered);
    assert.deepEqual(covered('/**\n * Opens the file.\n *\n * TODO: close it  \n * @param a b\n */\nf();'), [
      'TODO: close it',
    ]);
    assert.deepEqual(covered('// Opens.\r\n// FIXME never closes\r\n// at all\r\nf();'), [
      'FIXME never closes',
    ]);
    assert.deepEqual(covered('/* TODO close */ f();'), ['TODO close']);
    assert.deepEqual(covered('def f():\n    """Opens. XXX never closes"""\n', 'python'), [
      'XXX never closes',
    ]);
  });

  it('says nothing where the rest label is predicted', () => {
    assert.deepEqual(findIn('// all is well', { debt: [0.6, 0.2, 0.2] }), []);
  });

  it('obeys the level and the smallest score of a rule', () => {
    const off = { ...rules, debt: { level: 'off' as const, minimumScore: 0 } };
    const strict = { ...rules, debt: { level: 'error' as const, minimumScore: 0.81 } };
    const exact = { ...rules, debt: { level: 'error' as const, minimumScore: 0.79 } };
    assert.deepEqual(findIn('// hack', debt, { rules: off }), []);
    assert.deepEqual(findIn('// hack', debt, { rules: strict }), []);
    assert.deepEqual(
      findIn('// hack', debt, { rules: exact }).map((one) => one.level),
      ['error'],
    );
  });

  it('stays silent for tasks and labels that the model does not have', () => {
    const file = { id: 'a', language: 'typescript', version: 1, text: '// hack' };
    const other = { ...debtTask, name: 'mood' };
    const found = toFindings({ file, labelled: [], tasks: { ...tasks, tasks: [other] }, rules });
    assert.deepEqual(found, []);
    assert.deepEqual(findIn('# hack', { mood: [0, 1] }, { language: 'python' }), []);
  });

  it('needs the model and the shape of the text to call a comment code', () => {
    const source = '// const a = f(1);\n// g(a);\nlet b;';
    assert.deepEqual(
      findIn(source, code).map((one) => [one.code, one.covered]),
      [['commented-out-code', '// const a = f(1);\n// g(a);']],
    );
    assert.deepEqual(findIn(source, {}), []);
    assert.deepEqual(findIn('// The order of these two matters for callers.', code), []);
  });

  it('never calls an example inside a doc comment switched-off code', () => {
    assert.deepEqual(findIn('/** const a = f(1); */\nlet b;', code), []);
  });

  it('reports one finding for a block of switched-off code', () => {
    const source = '/*\nif (a) {\n  b();\n}\nreturn c;\n*/\nlet d;';
    assert.equal(findIn(source, code).length, 1);
  });

  it('reports a deprecation without alternative, by label and by tag', () => {
    assert.deepEqual(
      findIn('// Deprecated, will go away.\nlet a;', deprecation).map((one) => one.label),
      ['purpose/deprecation'],
    );
    assert.deepEqual(
      findIn('/**\n * Opens.\n * @deprecated since 2.0\n */\nfunction open() {}', {}).map((one) => [
        one.label,
        one.score,
        one.covered,
      ]),
      [['tag/deprecated', 1, '@deprecated']],
    );
  });

  it('is content with a deprecation that names an alternative', () => {
    assert.deepEqual(findIn('/** @deprecated Use {@link close}. */\nfunction open() {}', {}), []);
    assert.deepEqual(findIn('// Deprecated: use close() instead.\nlet a;', deprecation), []);
    assert.deepEqual(findIn('/**\n * @deprecated\n * @see close\n */\nfunction open() {}', {}), []);
  });

  it('does not take a link elsewhere in the comment for the alternative', () => {
    const source = '/**\n * Returns {@link Stream}.\n * @deprecated since 2.0\n */\nfunction open() {}';
    assert.equal(findIn(source, {}).length, 1);
  });

  it('reports nothing in prose documents', () => {
    assert.deepEqual(
      findIn('This old thing is a hack.\n', { ...debt, ...deprecation }, { language: 'markdown' }),
      [],
    );
  });
});
