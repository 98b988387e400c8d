-- Finds the tasks whose stage was cut off: the lease of the node that ran it has expired.
CREATE INDEX tasks_by_lease ON tasks (lease_until) WHERE lease_holder IS NOT NULL;
