using System.Threading.Channels;
using Tollgate.Operations;
using Tollgate.Operations.Catalogs;
using Tollgate.Primitives;

namespace Tollgate.Host.Api;

/// <summary>
/// Computes the what-ifs that the API was asked for, one after the other, beside what else is served. When the server starts it
/// goes on with those that an earlier one left unfinished. What fails is told in the log and tried again when the server starts.
/// </summary>
internal sealed class WhatIfWorker(OperationContext context, ILogger<WhatIfWorker> logger) : BackgroundService
{
    private readonly Channel<(TenantId Tenant, WhatIfRunId Run)> waiting =
        Channel.CreateUnbounded<(TenantId, WhatIfRunId)>(new UnboundedChannelOptions { SingleReader = true });

    internal void Start(TenantId tenant, WhatIfRunId run) => waiting.Writer.TryWrite((tenant, run));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await LoggedAsync(null, async () =>
        {
            foreach (var (tenant, run) in await WhatIf.ServedAsync(context, stoppingToken))
            {
                Start(tenant, run);
            }
        });
        await foreach (var (tenant, run) in waiting.Reader.ReadAllAsync(stoppingToken))
        {
            await LoggedAsync(run, () => WhatIf.ComputeAsync(
                context with { Tenant = tenant, Actor = "system" }, run, Math.Max(1, Environment.ProcessorCount / 2), null,
                stoppingToken));
        }
    }

    private async Task LoggedAsync(WhatIfRunId? run, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            logger.LogError(fault, "What-if {Run} stopped; it goes on when the server is started again.", run);
        }
    }
}
