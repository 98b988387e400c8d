import type { Json } from '../../lib/text/json.ts';
import type { NotificationHandler } from './notification-handler.ts';

const text = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null);

/** Mails notifications to the configured addresses; without any it does nothing (workflow-v1 §6.4). */
export const emailNotification: NotificationHandler = {
  name: 'EmailNotification',
  config: { emails: [], from: null, reply: null, template: 'notification.txt', html_template: null },
  notify: async (notification, task, { config, mail }) => {
    const { emails } = config;
    const to = Array.isArray(emails) ? emails.filter((address) => typeof address === 'string') : [];
    if (to.length === 0) return false;
    await mail({
      to,
      subject: `[%(service_name)s] ${notification.error ? 'Something went wrong with a task' : 'A task needs your attention'}: ${task.taskType}`,
      from: text(config['from']),
      reply: text(config['reply']),
      template: text(config['template']) ?? 'notification.txt',
      htmlTemplate: text(config['html_template']),
    });
    return true;
  },
};
