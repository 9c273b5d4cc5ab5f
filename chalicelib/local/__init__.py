"""The laptop: emulated AWS, demo site, replay of real histories, operator's commands. Never in the bundle."""
