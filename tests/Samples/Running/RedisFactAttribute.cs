namespace Curfew.Samples.Tests.Running;

/// <summary>Skipped, and says so, where redis-server is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RedisFactAttribute : FactAttribute
{
    public RedisFactAttribute()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, "redis-server"))))
            Skip = "Not installed: redis-server (test.sh installs it).";
    }
}
