"""The whole configuration of a site as one document: exported, compared, and applied elsewhere."""
