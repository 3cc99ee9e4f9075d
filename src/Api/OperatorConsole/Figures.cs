namespace Curfew.Api.OperatorConsole;

/// <summary>The first event of the stream, <c>about</c>: where the console is, and what its operator may do.</summary>
/// <param name="Sub">The operator.</param>
/// <param name="Exp">When the operator's token ends, in Unix seconds.</param>
/// <param name="Admin">Whether the token may revoke: it has <c>curfew:admin</c>.</param>
/// <param name="Issuers">The issuers whose tokens this node accepts.</param>
/// <param name="Hosting"><c>embedded</c> or <c>cluster</c>.</param>
/// <param name="Dashboard">Whether this node serves the Orleans dashboard; in a cluster the silos do.</param>
/// <param name="FailOpen">Whether tokens are accepted unchecked while the grains don't answer (<c>Curfew:FailOpen</c>).</param>
/// <param name="Now">This node's clock, in Unix seconds: an operator's may be off.</param>
internal sealed record About(
    string Sub, string Iss, long Exp, bool Admin, IReadOnlyList<string> Issuers, string Hosting, bool Dashboard, bool FailOpen, string Node,
    long Now);

/// <summary>One event <c>figures</c>: what this node did since the one before.</summary>
/// <param name="At">In Unix seconds.</param>
/// <param name="Seconds">How long it counted.</param>
/// <param name="Checks">By verdict, as in <c>curfew.verdict</c>; the console's own look at its token once a second is not among them.</param>
/// <param name="Revocations">Those that were acknowledged.</param>
/// <param name="FailOpen">Tokens that were accepted unchecked by the <c>FailOpen</c> option.</param>
/// <param name="Facts">Live revocations in the store; null where this process doesn't hold them all.</param>
/// <param name="Users">Users, and clients and issuers with a cutoff, that have live revocations in the store; null while nobody knows.</param>
/// <param name="Silos">Active silos; null while nobody knows.</param>
/// <param name="Nodes">API nodes; null while nobody knows.</param>
/// <param name="Ready">Whether grains and their storage answer.</param>
internal sealed record Figures(
    long At, double Seconds, IReadOnlyDictionary<string, long> Checks, long Revocations, long FailOpen, long? Facts, long? Users, int? Silos, int? Nodes,
    bool Ready);

/// <summary>The last event, <c>end</c>: <c>expired</c> or <c>revoked</c>, which is the operator's token.</summary>
internal sealed record End(string Reason);
