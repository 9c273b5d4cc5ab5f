"""Groups: members who pool points, with roles, invitations and a balance in common."""
