namespace Curfew.Grains;

/// <summary>Whose facts are meant: a user's, or with no subject those of the issuer and its clients.</summary>
public readonly record struct FactScope(string Issuer, string? Subject)
{
    public static FactScope Of(UserKey user) => new(user.Issuer, user.Subject);
}
