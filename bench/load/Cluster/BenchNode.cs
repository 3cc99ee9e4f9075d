using System.Diagnostics;
using Curfew.Grains;
using StackExchange.Redis;

namespace Curfew.Bench.Load.Cluster;

/// <summary>An API node in a process of its own, that is told over HTTP what to measure: checks as its requests would make them.</summary>
internal static class BenchNode
{
    private const int Users = 1_000;
    private static long _unavailable;

    public static async Task ServeAsync(string[] arguments)
    {
        var builder = WebApplication.CreateBuilder(arguments);
        builder.Logging.ClearProviders().AddConsole().SetMinimumLevel(LogLevel.Error);
        var counter = new GrainCallCounter();

        // A filter has a price: only where calls are counted.
        if (builder.Configuration.GetValue<bool>("count"))
            builder.Services.AddSingleton<IOutgoingGrainCallFilter>(counter);
        builder.AddCurfewCluster(consistency: builder.Configuration.GetValue<Consistency>("consistency"));
        await using var app = builder.Build();
        var redis = new Lazy<Task<ConnectionMultiplexer>>(
            () => ConnectionMultiplexer.ConnectAsync(builder.Configuration["Curfew:Cluster:Redis"]!));
        var tokens = BenchTokens.Of("user", 0, Users);

        app.MapPost("/check", (Revocations revocations, int workers, double seconds, int sampleEvery) => ClosedLoop.RunAsync(
            async i => await ExpectValidAsync(revocations, tokens[i % Users]), workers, TimeSpan.FromSeconds(seconds), sampleEvery));
        app.MapPost("/exists", async (int workers, double seconds) =>
        {
            var database = (await redis.Value).GetDatabase();
            var keys = tokens.Select(token => (RedisKey)$"denied:{token.Id}").ToArray();
            return await ClosedLoop.RunAsync(
                async i => await database.KeyExistsAsync(keys[i % Users]), workers, TimeSpan.FromSeconds(seconds), sampleEvery: 1);
        });
        app.MapPost("/once", async (Revocations revocations, string prefix, int from, int users) =>
            await Parallel.ForAsync(from, from + users, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (user, _) =>
                await ExpectValidAsync(revocations, BenchTokens.Of(prefix, user))));
        app.MapPost("/pace", (Revocations revocations, int users, int perSecond, double seconds) =>
            PaceAsync(revocations, counter, tokens[..users], perSecond, TimeSpan.FromSeconds(seconds)));
        app.MapPost("/logout", async (Revocations revocations, string prefix, int count) =>
        {
            var times = new List<double>();
            foreach (var token in BenchTokens.Of(prefix, 0, count))
            {
                var start = Stopwatch.GetTimestamp();
                await PatientlyAsync(async () => await revocations.LogOutAsync(token, LogoutScope.Token));
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                await PatientlyAsync(async () =>
                {
                    if (await revocations.CheckAsync(token) == Verdict.Valid)
                        throw new InvalidOperationException("Accepted after its logout.");
                });
            }

            return times;
        });
        app.MapGet("/memory", Memory.Held);
        app.MapGet("/unavailable", () => Interlocked.Read(ref _unavailable));
        await app.RunAsync();
    }

    private static async ValueTask ExpectValidAsync(Revocations revocations, TokenIdentity token)
    {
        var check = revocations.CheckAsync(token);
        if (!check.IsCompletedSuccessfully)
            await PatientlyAsync(async () => Expect(await check), async () => Expect(await revocations.CheckAsync(token)));
        else
            Expect(check.Result);

        static void Expect(Verdict verdict)
        {
            if (verdict != Verdict.Valid)
                throw new InvalidOperationException("A token that nobody revoked is revoked.");
        }
    }

    private static Task PatientlyAsync(Func<Task> call) => PatientlyAsync(call, call);

    // On a machine that is busy with other things a call may get no answer in its time: counted, and made again.
    private static async Task PatientlyAsync(Func<Task> first, Func<Task> again)
    {
        for (var call = first; ; call = again)
        {
            try
            {
                await call();
                return;
            }
            catch (RevocationUnavailableException)
            {
                Interlocked.Increment(ref _unavailable);
            }
        }
    }

    // Each user so many times a second.
    private static async Task<PaceResult> PaceAsync(
        Revocations revocations, GrainCallCounter counter, TokenIdentity[] tokens, int perSecond, TimeSpan duration)
    {
        var before = counter.Calls;
        var checks = 0L;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / perSecond));
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < duration && await timer.WaitForNextTickAsync())
        {
            foreach (var token in tokens)
                await ExpectValidAsync(revocations, token);
            checks += tokens.Length;
        }

        return new(checks, counter.Calls - before);
    }
}

/// <param name="Checks">How many were made.</param>
/// <param name="GrainCalls">How many calls of grains they took.</param>
internal sealed record PaceResult(long Checks, long GrainCalls);
