"""What a merge of members means for their campaigns."""
