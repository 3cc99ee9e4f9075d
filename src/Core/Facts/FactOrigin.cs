namespace Curfew;

/// <summary>Who made a fact, when and why: for people to read, it decides nothing.</summary>
/// <param name="At">When it was made, in Unix seconds.</param>
/// <param name="By">Who asked for it: a subject, a client, or an event's issuer.</param>
/// <param name="Reason">Why, in the words of who asked.</param>
/// <param name="ByIssuer">The issuer whose subject <paramref name="By"/> is; null where it is a client or an event's issuer.</param>
public sealed record FactOrigin(long At, string? By = null, string? Reason = null, string? ByIssuer = null);
