"""One file a scene; the registry walks this folder."""
