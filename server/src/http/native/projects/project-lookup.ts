import type { Application as WireApplication } from '@purser/api/native/projects/application';
import type { Project as WireProject } from '@purser/api/native/projects/project';
import type { FastifyRequest } from 'fastify';
import type { Domain } from '../../../domain.ts';
import type { Application } from '../../../projects/applications/application.ts';
import type { ProjectView } from '../../../projects/projects.ts';
import { visibleUnits } from '../frame/units.ts';
import { type Lookup, presentApplication, presentProject } from './project-presenters.ts';

/** Projects as the wire shows them to the caller; names and units are looked up once for all. */
export async function projectsFor(
  request: FastifyRequest,
  domain: Domain,
  views: readonly ProjectView[],
): Promise<WireProject[]> {
  const applications = views.flatMap(({ lastApplication }) => lastApplication ?? []);
  const projects = new Map(views.map(({ project }) => [project.uuid, project.name]));
  const owners = views.map(({ project }) => project.owner);
  const lookup = await lookUp(request, domain, applications, projects, owners);
  return views.map((view) => presentProject(view, lookup));
}

/** The same for one. */
export async function projectFor(
  request: FastifyRequest,
  domain: Domain,
  view: ProjectView,
): Promise<WireProject> {
  return (await projectsFor(request, domain, [view]))[0] as WireProject;
}

/** Applications as the wire shows them to the caller. */
export async function applicationsFor(
  request: FastifyRequest,
  domain: Domain,
  applications: readonly Application[],
): Promise<WireApplication[]> {
  const lookup = await lookUpApplications(request, domain, applications);
  return applications.map((application) => presentApplication(application, lookup));
}

/** The names and units that presenting applications needs. */
export async function lookUpApplications(
  request: FastifyRequest,
  domain: Domain,
  applications: readonly Application[],
): Promise<Lookup> {
  const projects = await domain.projects.namesOf([...new Set(applications.map(({ project }) => project))]);
  return lookUp(request, domain, applications, projects, []);
}

async function lookUp(
  request: FastifyRequest,
  domain: Domain,
  applications: readonly Application[],
  projects: Lookup['projects'],
  others: readonly (string | null)[],
): Promise<Lookup> {
  const named = [...others, ...applications.flatMap(({ applicant, owner }) => [applicant, owner])];
  const users = [...new Set(named)].filter((user) => user !== null);
  return {
    units: await visibleUnits(request, domain),
    users: await domain.accounts.usernamesOf(users),
    projects,
  };
}
