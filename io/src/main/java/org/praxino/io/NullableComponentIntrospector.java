package org.praxino.io;

import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.cfg.MapperBuilder;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;

/** Makes record components required in Jackson unless they are {@code @Nullable}. */
final class NullableComponentIntrospector extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    private NullableComponentIntrospector() {}

    static <M extends ObjectMapper, B extends MapperBuilder<M, B>> B in(B builder) {
        return builder.disable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES).annotationIntrospector(new NullableComponentIntrospector());
    }

    @Override
    public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
        if (member instanceof AnnotatedParameter p && p.getOwner().getAnnotated() instanceof Constructor<?> constructor) {
            // javac leaves annotations of nested types out of the parameters of a compact constructor, not of the record's components.
            RecordComponent[] components = constructor.getDeclaringClass().getRecordComponents();
            AnnotatedType type = components == null
                    ? constructor.getAnnotatedParameterTypes()[p.getIndex()]
                    : components[p.getIndex()].getAnnotatedType();
            return !type.isAnnotationPresent(Nullable.class);
        }
        return super.hasRequiredMarker(config, member);
    }
}
