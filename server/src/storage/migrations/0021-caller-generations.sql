-- Which components and tokens speak the older generation of the account dialect: they are answered in its words.
-- The value is 'a', for the generation before projects had pools of their own.
ALTER TABLE components ADD COLUMN generation TEXT;
ALTER TABLE tokens ADD COLUMN generation TEXT;
