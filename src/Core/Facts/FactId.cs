namespace Curfew;

/// <summary>Names a fact within its user, or a cutoff within its issuer. The id is empty where the kind needs none.</summary>
public readonly record struct FactId(FactKind Kind, string Id);
