"""Visual commerce: customers' photos from intake to gallery."""
