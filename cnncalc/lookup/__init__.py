"""What a name on the command line means: a network, a file in a git revision, the specs below a folder, a layer."""
