// Small things that pages do better with a script. Each page works without.
