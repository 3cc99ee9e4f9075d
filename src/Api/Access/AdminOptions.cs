namespace Curfew.Api.Access;

/// <summary>Who may administer: the section <c>Curfew:Admin</c>.</summary>
public sealed class AdminOptions
{
    /// <summary>
    /// The issuers whose tokens may carry <c>curfew:*</c> scopes; from others these scopes count for nothing. Default:
    /// the one configured issuer; with several, it must be named. In Development the dev issuer, too.
    /// </summary>
    public IList<string> Issuers { get; } = [];
}
