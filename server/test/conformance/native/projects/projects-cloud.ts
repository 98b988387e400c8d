import assert from 'node:assert/strict';
import type { JsonObject } from '../../../../src/lib/text/json.ts';
import type { OpenStorage } from '../../../support/engines.ts';
import { type Cloud, startCloud, VISIBLE } from '../../account-v1/cloud.ts';
import { type Answer, type Ask, asker } from '../asking.ts';

export interface Person {
  readonly uuid: string;
  readonly email: string;
  readonly ask: Ask;
}

/** A cloud in which an operator, an owner, a future member and a stranger send requests about projects. */
export interface ProjectsCloud extends Cloud {
  readonly operator: Ask;
  readonly owner: Person;
  readonly member: Person;
  readonly stranger: Person;
  /** The owner applies for a project, which must succeed; returns the application. */
  apply(body?: object): Promise<JsonObject & { id: number; project: string }>;
  /** The same, and the operator approves; returns the project's uuid. */
  active(body?: object): Promise<string>;
  /** The same, with the member in it; returns the ids. */
  joined(body?: object): Promise<{ project: string; membership: number }>;
}

export const END = '2031-05-30';

export async function startProjects(open: OpenStorage): Promise<ProjectsCloud> {
  const cloud = await startCloud(open);
  const { purser } = cloud;
  const operator = asker(purser);
  const person = async (email: string): Promise<Person> => {
    const { uuid, token } = await cloud.addUser(email);
    return { uuid, email, ask: asker(purser, token) };
  };
  const owner = await person('owner@example.org');
  const member = await person('member@example.org');
  const stranger = await person('stranger@example.org');
  const apply: ProjectsCloud['apply'] = async (body = {}) => {
    const resources = { [VISIBLE]: { project_capacity: 10, member_capacity: 2 } };
    const wanted = { name: 'lab.example.org', end_date: END, resources, ...body };
    return succeeded(await owner.ask('POST', '/projects', wanted), 201) as Awaited<
      ReturnType<ProjectsCloud['apply']>
    >;
  };
  const active = async (body?: object): Promise<string> => {
    const { id, project } = await apply(body);
    succeeded(await operator('POST', `/applications/${id}/action`, { action: 'approve' }));
    return project;
  };
  return {
    ...cloud,
    operator,
    owner,
    member,
    stranger,
    apply,
    active,
    joined: async (body) => {
      const project = await active(body);
      const enrolled = await owner.ask('POST', `/projects/${project}/memberships`, { user: member.uuid });
      return { project, membership: Number(succeeded(enrolled, 201)['id']) };
    },
  };
}

/** The body of a response that must have this status. */
export function succeeded({ status, body }: Answer, expected = 200): JsonObject {
  assert.equal(
    status,
    expected,
    JSON.stringify(body, (_key, value) => (typeof value === 'bigint' ? `${value}` : value)),
  );
  return body;
}
