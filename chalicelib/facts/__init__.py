"""Member facts: one flat row a member, kept by ``reporting`` from the stream."""
