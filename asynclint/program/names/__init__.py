"""What names are bound to: projects, modules, scopes, bindings and the libraries that they lead to."""
