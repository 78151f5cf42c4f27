-- The time by which what was sent to the contact would have left at an even pace (channels 2.9). Null = nothing yet.
ALTER TABLE contacts ADD COLUMN paced_until timestamptz(3);
