using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Curfew.Api.Audit;
using Curfew.Api.Tests.Hosting;
using Curfew.Grains;
using Curfew.Sqlite.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Curfew.Api.Tests.Audit;

/// <summary>A trail in a real file of its own, opened as often as a test likes.</summary>
internal sealed class TestTrail : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public TestTrail(string? folder = null) => Path = System.IO.Path.Combine(folder ?? _directory.Path, "audit.jsonl");

    public string Path { get; }

    public byte[]? Key { get; set; } = RandomNumberGenerator.GetBytes(32);

    public SecretLog Log { get; } = new();

    public string[] Lines => File.ReadAllLines(Path);

    public static JsonObject Read(string line) => JsonNode.Parse(line)!.AsObject();

    /// <summary>One life of a service: it opens the trail, records logouts of these users, and ends.</summary>
    public async Task<AuditHead> LiveAsync(params string[] users)
    {
        await using var trail = Open();
        foreach (var user in users)
            await trail.RecordAsync(Logout(user));
        return trail.Head;
    }

    public AuditTrail Open()
    {
        var trail = new AuditTrail(
            new AuditFile(Path, flushToDisk: true), Key, new HttpContextAccessor(),
            new CurfewInstruments(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>()),
            TimeProvider.System, LoggerFactory.Create(logging => logging.AddProvider(Log)).CreateLogger<AuditTrail>());
        trail.Open();
        return trail;
    }

    public Task<AuditReport> VerifyAsync(AuditHead? head = null) => VerifyAsync(head, Path);

    public async Task<AuditReport> VerifyAsync(AuditHead? head, params string[] files)
    {
        var verifier = new AuditVerifier(Key, head);
        foreach (var file in files)
        {
            await using var stream = File.OpenRead(file);
            await verifier.ReadAsync(System.IO.Path.GetFileName(file), stream);
        }

        return verifier.End();
    }

    /// <summary>Another hand changes the file: its lines, without their ends.</summary>
    public void Tamper(Func<List<string>, IEnumerable<string>> change) =>
        File.WriteAllText(Path, string.Concat(change([.. Lines]).Select(line => line + "\n")), new UTF8Encoding(false));

    public static AuditedRevocation Logout(string user) =>
        new("session", "https://one.test/", user) { Session = "s", By = user, ByIssuer = "https://one.test/" };

    public void Dispose() => _directory.Dispose();
}
