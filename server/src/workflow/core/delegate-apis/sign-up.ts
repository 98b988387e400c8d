import type { JsonObject } from '../../../lib/text/json.ts';
import type { DelegateApi } from '../../delegates/delegate-api.ts';
import { textOf } from '../settings.ts';
import { creating } from './task-created.ts';

const CONFIG: JsonObject = {
  default_region: 'RegionOne',
  default_domain_id: 'default',
  default_parent_id: null,
};

/** The operator's settings decide where the project is created. */
const methods: DelegateApi['methods'] = {
  POST: creating('create_project_and_user', 'none', ({ body }, config) => ({
    ...body,
    region: textOf(config, 'default_region') ?? 'RegionOne',
    domain_id: textOf(config, 'default_domain_id') ?? 'default',
    parent_id: textOf(config, 'default_parent_id'),
  })),
};

/** A visitor requests an account and a project (workflow-v1 §5.7). */
export const signUp: DelegateApi = { name: 'SignUp', path: 'openstack/sign-up', config: CONFIG, methods };

/** The same API under its older name. */
export const createProjectAndUser: DelegateApi = {
  name: 'CreateProjectAndUser',
  path: 'actions/CreateProjectAndUser',
  aliases: ['actions/CreateProject'],
  config: CONFIG,
  methods,
};
