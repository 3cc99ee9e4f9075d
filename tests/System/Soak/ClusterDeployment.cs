using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests.Soak;

/// <summary>Redis, two silos and API nodes; each has a network namespace of its own where that is allowed.</summary>
internal sealed class ClusterDeployment : Deployment
{
    private const string Redis = "redis";

    private readonly TemporaryDirectory _directory = new();
    private readonly Network? _network;
    private readonly Machine _redisMachine;
    private readonly RedisProcess _redis;

    /// <param name="consistencies">One API node for each: <c>strict</c> or <c>leased</c>.</param>
    /// <param name="silo">The silo's program; null: Curfew's.</param>
    public ClusterDeployment(IReadOnlyList<string> consistencies, TimeSpan leaseLength, string? silo = null)
    {
        NodesMayDiffer = consistencies.Contains("leased");
        _network = Network.TryCreate(out var obstacle);
        _redisMachine = _network?.Add() ?? Machine.This();
        _redis = new RedisProcess(Path.Combine(_directory.Path, Redis), _redisMachine);
        Settings =
        [
            ("Curfew:Hosting", "cluster"), ("Curfew:Cluster:Redis", _redis.Address), ("Curfew:Cluster:LeaseLength", $"{leaseLength}"), .. Quiet.Settings,
        ];
        silo ??= Repository.Program("Silo", "Curfew.Silo");
        for (var i = 1; i <= 2; i++)
            AddMember($"silo-{i}", machine => SiloProcess.Launch(machine, silo, DataDirectory, Settings));
        for (var i = 1; i <= consistencies.Count; i++)
        {
            (string, string)[] settings = [.. Settings, ("Curfew:Consistency", consistencies[i - 1])];
            AddMember($"api-{i}", machine => LaunchApi(machine, settings));
        }

        RedisMayFail();
        if (_network is not null)
            NetworkMayFail();
        else
            Lacks("cuts of the network", obstacle);
        if (WallClock.Obstacle is { } noClock)
            Lacks("clocks that step", noClock);
    }

    public override bool NodesMayDiffer { get; }

    public override string DataDirectory => _directory.Path;

    private (string Name, string Value)[] Settings { get; }

    private IEnumerable<Member> Silos => Members.Where(member => member.Name.StartsWith("silo", StringComparison.Ordinal));

    public override async Task StartAsync()
    {
        await _redis.StartAsync();
        await InitializeAsync();
        foreach (var member in Members)
            member.Launch();
    }

    public override async Task KillAllAndStartAsync()
    {
        await Task.WhenAll([_redis.Process.KillAsync(), .. Members.Select(member => member.KillAsync())]);
        await _redis.StartAsync();
        foreach (var member in Members)
            member.Launch();
    }

    /// <summary>What an operator does who accepts that Redis forgot everything: again, should Redis not have answered in time.</summary>
    public async Task InitializeAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            var (status, output) = await OperatorCommand.RunAsync(Settings, "initialize");
            if (status == 0)
                return;
            Assert.True(attempt < 20, output);
        }
    }

    public override async Task<Func<Task>> InjectAsync(PlannedFault planned)
    {
        switch (planned.Fault)
        {
            case { Kind: FaultKind.Kill, Target: Redis }:
                await _redis.Process.KillAsync();
                return () => _redis.StartAsync();
            case { Kind: FaultKind.Pause, Target: Redis }:
                _redis.Process.Signal("STOP");
                return () => Do(() => _redis.Process.Signal("CONT"));
            case { Kind: FaultKind.OutOfMemory }:
                await _redis.CommandAsync("config", "set", "maxmemory", "1");
                return () => _redis.CommandAsync("config", "set", "maxmemory", "0");
            case { Kind: FaultKind.ReadOnly }:
                await _redis.CommandAsync("config", "set", "min-replicas-to-write", "1");
                return () => _redis.CommandAsync("config", "set", "min-replicas-to-write", "0");
            case { Kind: FaultKind.Replica }:
                await _redis.CommandAsync("replicaof", "127.0.0.1", "1");
                return () => _redis.CommandAsync("replicaof", "no", "one");
            case { Kind: FaultKind.Flush }:
                await _redis.CommandAsync("flushall");
                return InitializeAsync;
            case { Kind: FaultKind.CutFromRedis or FaultKind.CutFromSilos } cut:
                var one = Members.Single(member => member.Name == cut.Target).Machine;
                List<Machine> others = cut.Kind == FaultKind.CutFromRedis ? [_redisMachine] : [.. Silos.Select(silo => silo.Machine).Where(silo => silo != one)];
                others.ForEach(other => Network.Cut(one, other));
                return () => Do(() => others.ForEach(other => Network.Heal(one, other)));
            default:
                return await base.InjectAsync(planned);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _redis.DisposeAsync();
        _network?.Dispose();
        _directory.Dispose();
    }

    private void AddMember(string name, Func<Machine, IServerProcess> launch)
    {
        var clock = WallClock.TryCreate(_directory.Path, name);
        var machine = _network?.Add(clock) ?? Machine.This(clock);
        Add(name, machine, () => launch(machine));
    }

    private void RedisMayFail()
    {
        foreach (var kind in (FaultKind[])[FaultKind.Kill, FaultKind.Pause, FaultKind.OutOfMemory, FaultKind.ReadOnly, FaultKind.Replica])
            MayFail(kind, Redis);
        MayFail(FaultKind.Flush, Redis, [Redis, .. Members.Select(member => member.Name)]);
    }

    private void NetworkMayFail()
    {
        foreach (var member in Members)
            MayFail(FaultKind.CutFromRedis, member.Name);
        foreach (var api in Members.Except(Silos))
            MayFail(FaultKind.CutFromSilos, api.Name);
        MayFail(FaultKind.CutFromSilos, Silos.First().Name, [.. Silos.Select(silo => silo.Name)]);
    }
}
