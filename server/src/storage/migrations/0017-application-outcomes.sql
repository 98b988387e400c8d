-- What became of a pending application whose place another one took: JSON object of its number, of the changes that
-- the new application keeps, and of those that it leaves out or states otherwise. NULL: none was pending.
ALTER TABLE applications ADD COLUMN replaced TEXT;

-- The limits that the approval set, each with what held before it: JSON array. NULL: not approved, or approved before
-- this was stored.
ALTER TABLE applications ADD COLUMN applied TEXT;
