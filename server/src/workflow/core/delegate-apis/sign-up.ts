import type { JsonObject } from '../../../lib/text/json.ts';
import type { DelegateApi } from '../../delegates/delegate-api.ts';
import { textOf } from '../settings.ts';
import { creating } from './task-created.ts';

const CONFIG: JsonObject = {
  default_region: 'RegionOne',
  default_domain_id: 'default',
  default_parent_id: null,
};

/** Where a project goes is for the operator to say. */
const methods: DelegateApi['methods'] = {
  POST: creating('create_project_and_user', 'none', ({ body }, config) => ({
    ...body,
    region: textOf(config, 'default_region') ?? 'RegionOne',
    domain_id: textOf(config, 'default_domain_id') ?? 'default',
    parent_id: textOf(config, 'default_parent_id'),
  })),
};

/** Somebody without an account asks for one, and for a project (workflow-v1 §5.7). */
export const signUp: DelegateApi = { name: 'SignUp', path: 'openstack/sign-up', config: CONFIG, methods };

/** The same under its first name. */
export const createProjectAndUser: DelegateApi = {
  name: 'CreateProjectAndUser',
  path: 'actions/CreateProjectAndUser',
  aliases: ['actions/CreateProject'],
  config: CONFIG,
  methods,
};
