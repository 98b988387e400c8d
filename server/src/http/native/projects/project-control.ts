import {
  Project,
  ProjectAction,
  ProjectModification,
  ProjectPath,
  SystemProjectModification,
  SystemProjectsChanged,
} from '@purser/api/native/projects/project';
import type { FastifyRequest } from 'fastify';
import type { Domain } from '../../../domain.ts';
import { actorOf } from '../frame/access.ts';
import { usersOfField } from '../frame/named-user.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { changesOf } from './project-changes.ts';
import { projectFor } from './project-lookup.ts';

const tag = 'Projects';

const change = operation(
  {
    id: 'changeProject',
    tag,
    access: 'operator',
    rehearsable: true,
    summary: 'Modify a project directly',
    description:
      'Without an application. The name, owner, homepage and description of a system project cannot change.',
    problems: [404, 409],
    answers: { 200: named(Project) },
  },
  { params: ProjectPath, body: ProjectModification },
);

const act = operation(
  {
    id: 'actOnProject',
    tag,
    access: 'operator',
    rehearsable: true,
    summary: 'Suspend, unsuspend, terminate or reinstate a project',
    description: 'Returns 409 if the current state does not allow the transition.',
    problems: [404, 409],
    answers: { 200: named(Project) },
  },
  { params: ProjectPath, body: ProjectAction },
);

const changeSystem = operation(
  {
    id: 'changeSystemProjects',
    tag,
    access: 'operator',
    rehearsable: true,
    summary: 'Change the system projects of all users',
    description:
      'Changes all of them or, after any error, none. Limits that were set for single users are overwritten; the ' +
      'response lists them by value.',
    problems: [409],
    answers: { 200: named(SystemProjectsChanged) },
  },
  { body: SystemProjectModification },
);

/** Control of projects by operators. */
export function projectControlRoutes(app: NativeApp, domain: Domain): void {
  const { projects, projectControl } = domain;
  const shown = async (request: FastifyRequest, reference: string) =>
    projectFor(request, domain, await projects.view(actorOf(request), reference));

  app.patch('/projects/:project', change, async (request) => {
    const { reason = null, ...body } = request.body;
    const changes = await changesOf(domain, body);
    const { uuid } = await projectControl.modify(actorOf(request), request.params.project, changes, reason);
    return shown(request, uuid);
  });

  app.post('/projects/:project/action', act, async (request) => {
    const { action, reason = null } = request.body;
    const { uuid } = await projectControl.act(actorOf(request), request.params.project, action, reason);
    return shown(request, uuid);
  });

  app.post('/projects/system/limits', changeSystem, async (request) => {
    const { reason = null, exclude = [], ...body } = request.body;
    const changes = await changesOf(domain, body);
    const left = await usersOfField(domain, 'exclude', exclude);
    const by = actorOf(request);
    const { changed, replaced } = await projectControl.modifySystemProjects(by, changes, left, reason);
    return {
      changed,
      replaced: replaced.map(({ resource, capacity, memberCapacity, projects: count }) => ({
        resource,
        project_capacity: capacity,
        member_capacity: memberCapacity,
        projects: count,
      })),
    };
  });
}
