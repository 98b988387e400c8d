import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSettings } from '../../config/load-settings.ts';
import { FeatureRegistry } from '../features/feature-registry.ts';
import { WorkflowTemplates } from '../mails/workflow-templates.ts';
import { emailNotification } from '../notifications/email-notification.ts';
import { core } from './feature-set.ts';
import { CORE_TASKS } from './tasks.ts';

const engine = { name: 'engine', notificationHandlers: [emailNotification] };
const registry = FeatureRegistry.load([engine, core], loadSettings({ env: {}, cwd: '/nowhere' }));
const templates = new WorkflowTemplates(registry.templateFolders, undefined);
const names = [
  ...new Set(
    JSON.stringify(CORE_TASKS)
      .match(/"template":"[a-z_]+/g)
      ?.map((found) => found.slice('"template":"'.length)),
  ),
];

/** The data of a mail: a caller or an anonymous one, and the state of the user. */
function dataOf(caller: object, user_state: string | undefined) {
  const actions = Object.fromEntries(
    ['NewUserAction', 'NewProjectWithUserAction', 'UpdateUserEmailAction', 'UpdateProjectQuotasAction'].map(
      (name) => [
        name,
        { state: 'existing', project_name: '<b>lab</b>', new_email: 'new@example.org', size: 'medium' },
      ],
    ),
  );
  Object.assign(actions, {
    UndoEmailChangeAction: {
      username: 'old@example.org',
      asked_by: '<b>lab</b>',
      old_email: 'old@example.org',
    },
  });
  const task = { uuid: 'f'.repeat(32), caller, cache: user_state === undefined ? {} : { user_state } };
  return { task, actions, tokenurl: 'https://cloud.example.org/ui/token/', token: 'e'.repeat(32) };
}

test('every mail of the built-in tasks has text and HTML, for all requesters and recipients', () => {
  assert.equal(names.length, 13);
  const callers = [{}, { username: 'boss@example.org', project_name: '<b>lab</b>' }];
  for (const name of names) {
    for (const caller of callers) {
      for (const state of ['default', 'existing', 'disabled', undefined]) {
        const data = dataOf(caller, state);
        const text = templates.text(`${name}.txt`, data);
        const html = templates.html(`${name}.html`, data);
        for (const written of [text, html]) {
          assert.doesNotMatch(written, /undefined|\[object/, name);
          assert.ok(written.includes('f'.repeat(32)), name);
          assert.equal(written.includes(`/ui/token/${'e'.repeat(32)}/`), name.endsWith('_token'), name);
        }
        assert.match(html, /^<!doctype html>/);
        assert.doesNotMatch(html, /<b>lab/);
      }
    }
  }
});

test('the invitation mail depends on the state of the invited user, also when it is sent again', () => {
  const written = (state: string | undefined) =>
    templates.text('invite_user_to_project_token.txt', dataOf({}, state));
  assert.match(written('default'), /choose a password for your new account/);
  assert.match(written('existing'), /follow the link and confirm/);
  assert.match(written('disabled'), /choose a new password/);
  assert.equal(written(undefined), written('existing'));
});

test('a template works for any task: unknown values are left out', () => {
  const task = { uuid: 'f'.repeat(32), caller: {}, cache: {} };
  const link = { tokenurl: 'https://cloud.example.org/ui/token/', token: 'e'.repeat(32) };
  const of = ['initial', 'token', 'completed', 'denied', 'notification'].map((name) => `${name}.txt`);
  for (const name of [...names.flatMap((one) => [`${one}.txt`, `${one}.html`]), ...of]) {
    for (const data of [{ task, actions: {}, ...link }, { task, ...link }, link, {}]) {
      const written = name.endsWith('.txt') ? templates.text(name, data) : templates.html(name, data);
      assert.doesNotMatch(written, /undefined|null|\[object|=>/, name);
    }
  }
  assert.match(
    templates.text('update_quota_completed.txt', { task, actions: {} }),
    /quota of your project is now \./,
  );
});
