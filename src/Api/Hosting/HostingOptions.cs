using Curfew.Grains;

namespace Curfew.Api.Hosting;

/// <summary>Where the grains are: the section <c>Curfew</c>.</summary>
public sealed class HostingOptions
{
    public const string Embedded = "embedded";
    public const string Cluster = "cluster";

    /// <summary>What <see cref="FailOpen"/> must say, so that nobody sets it without knowing what for.</summary>
    public const string AcceptRevokedTokens = "accept-revoked-tokens";

    /// <summary><c>embedded</c> (default): in this process, over one SQLite file. <c>cluster</c>: asked as a client of silos.</summary>
    public string Hosting { get; set; } = Embedded;

    /// <summary>
    /// Who answers a check. <c>leased</c>: this process's memory (embedded: the default). <c>strict</c>: the user's grain, on
    /// every check (cluster: the default).
    /// </summary>
    public Consistency? Consistency { get; set; }

    /// <summary>The folder of the SQLite file and, in Development, the dev issuer's key. Default: <c>data</c>.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>
    /// Accept verified tokens while it can't be known whether they were revoked (<c>/me</c>, <c>/verify</c>): whoever logged out
    /// is in again for that long. It must say so: <c>accept-revoked-tokens</c>; <c>true</c> is refused. Never covers logout,
    /// inspection, administration, the dashboard or introspection. Default: none, and the answer is 503.
    /// </summary>
    public string? FailOpen { get; set; }

    /// <summary>
    /// The claim that names a token's client where it has no <c>client_id</c>: <c>cid</c> for Okta. Alike on all nodes. Default:
    /// none.
    /// </summary>
    public string? ClientClaim { get; set; }

    internal bool FailsOpen => FailOpen == AcceptRevokedTokens;

    /// <summary>What is wrong with these options, one sentence each; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (Hosting is not (Embedded or Cluster))
            yield return $"{nameof(Hosting)} is \"{Hosting}\"; it must be \"{Embedded}\" or \"{Cluster}\".";
        if (!string.IsNullOrEmpty(FailOpen) && !FailsOpen && !FailOpen.Equals("false", StringComparison.OrdinalIgnoreCase))
        {
            yield return $"{nameof(FailOpen)} is \"{FailOpen}\". While nobody can tell who has logged out, it lets everybody in who did; whoever "
                + $"wants that says so: \"{AcceptRevokedTokens}\". Leave it out, and the answer is 503 for that long.";
        }
    }

    internal static HostingOptions Of(IConfiguration configuration) =>
        configuration.GetSection("Curfew").Get<HostingOptions>() ?? new HostingOptions();
}
