"""Damaged input for the tools: models, target files, programs and tensors."""
