package org.praxino.app;

import java.nio.file.Path;
import org.praxino.app.bench.BenchOptions;
import org.praxino.app.bench.FaultsBench;
import org.praxino.app.bench.GemmBench;
import org.praxino.app.bench.GenerateBench;
import org.praxino.app.bench.JobsBench;
import org.praxino.app.bench.ServeBench;
import org.praxino.app.bench.SoakBench;
import org.praxino.app.bench.StreamBench;
import org.praxino.app.bench.TrainBench;
import org.praxino.app.bench.WanBench;
import org.praxino.app.cli.CommandAction;
import org.praxino.train.run.CausalRun;
import org.praxino.train.run.DmdRun;
import org.praxino.train.run.OdeRun;
import org.praxino.train.run.TokenizerRun;
import org.praxino.train.run.WaltRun;

/** The actions of all commands: connects the command line with the modules below. */
record CommandActions(
        CommandAction<GenerateOptions> generate,
        CommandAction<StreamCommand.Options> stream,
        CommandAction<PrepareEmojiCommand.Options> prepareEmoji,
        CommandAction<PrepareOptions> prepareFolder,
        CommandAction<DataInspectCommand.Options> inspect,
        CommandAction<TrainOptions> trainTokenizer,
        CommandAction<TrainOptions> trainWalt,
        CommandAction<TrainOptions> trainCausal,
        CommandAction<TrainOptions> trainOde,
        CommandAction<TrainOptions> trainDmd,
        CommandAction<TrainAllCommand.Options> trainAll,
        CommandAction<EvalOptions> eval,
        CommandAction<Path> experiment,
        CommandAction<VerifyCommand.Options> verify,
        CommandAction<BenchOptions> benchGemm,
        CommandAction<BenchOptions> benchGenerate,
        CommandAction<BenchOptions> benchTrain,
        CommandAction<StreamBench.Options> benchStream,
        CommandAction<SoakBench.Options> benchSoak,
        CommandAction<ServeBench.Options> benchServe,
        CommandAction<JobsBench.Options> benchJobs,
        CommandAction<FaultsBench.Options> benchFaults,
        CommandAction<WanBench.Options> benchWan,
        CommandAction<InfoCommand.Options> info,
        CommandAction<ModelsCommand.Options> models,
        CommandAction<PullCommand.Options> pull,
        CommandAction<ConvertCommand.Options> convert,
        CommandAction<ServeOptions> serve,
        CommandAction<KeysCommand.AddOptions> keysAdd,
        CommandAction<KeysCommand.ListOptions> keysList,
        CommandAction<KeysCommand.RevokeOptions> keysRevoke) {

    static CommandActions standard() {
        return new CommandActions(
                GenerateAction::run,
                StreamAction::run,
                DataActions::fluentEmoji,
                DataActions::folder,
                DataInspectAction::run,
                TrainActions.of(TokenizerRun.class),
                TrainActions.of(WaltRun.class),
                TrainActions.of(CausalRun.class),
                TrainActions.of(OdeRun.class),
                TrainActions.of(DmdRun.class),
                TrainAllAction::run,
                EvalAction::run,
                ExperimentAction::run,
                VerifyActions::verify,
                GemmBench::run,
                GenerateBench::run,
                TrainBench::run,
                StreamBench::run,
                SoakBench::run,
                ServeBench::run,
                JobsBench::run,
                FaultsBench::run,
                WanBench::run,
                InfoActions::info,
                ModelsActions::models,
                PullAction::run,
                ConvertAction::run,
                ServeAction::run,
                KeysActions::add,
                KeysActions::list,
                KeysActions::revoke);
    }
}
