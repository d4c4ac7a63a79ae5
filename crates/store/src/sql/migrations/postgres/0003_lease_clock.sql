-- By which clock a lease's end is meant; none where it was taken before clocks were told apart.
ALTER TABLE connspec_connections ADD COLUMN lease_clock TEXT;
