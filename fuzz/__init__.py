"""Fuzzing: targets, a driver for atheris, and the cases it found. No part of the package."""
