"""What modules define and which names lead to it: symbols, bindings, definitions, importers."""
