"""One module a command; each has ``main(arguments)`` and says what it does in its docstring."""
