{{- define "billwright.labels" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/part-of: billwright
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{- define "billwright.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end -}}

{{- define "billwright.fullname" -}}
{{ printf "%s-%s" .root.Release.Name .name | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{/* A service's settings: its own block over the defaults. */}}
{{- define "billwright.service" -}}
{{ mergeOverwrite (deepCopy .root.Values.defaults) (deepCopy (index .root.Values.services .name)) | toYaml }}
{{- end -}}

{{/* Environment that only some services need. */}}
{{- define "billwright.env" -}}
{{- $values := .root.Values -}}
- name: SERVER_PORT
  value: {{ .service.port | quote }}
- name: MANAGEMENT_SERVER_PORT
  value: {{ .service.managementPort | quote }}
# Time for the endpoints to forget the instance, and for its clients to leave, before it stops accepting.
- name: BILLWRIGHT_LIFECYCLE_DRAINDELAY
  value: 5s
- name: JAVA_TOOL_OPTIONS
  value: "-XX:MaxRAMPercentage={{ .service.heapPercent }} -XX:+ExitOnOutOfMemoryError"
- name: SPRING_DATA_REDIS_URL
  valueFrom: { secretKeyRef: { name: {{ $values.redis.secretName }}, key: url } }
{{- with $values.otlpEndpoint }}
- name: MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT
  value: {{ . | quote }}
{{- end }}
{{- if .service.database }}
- name: BILLWRIGHT_PASSPORT_PUBLIC_KEYS
  value: /etc/billwright/keys/passport-public.pem
- name: SPRING_KAFKA_BOOTSTRAP_SERVERS
  value: {{ $values.kafka.bootstrapServers | quote }}
- name: SPRING_R2DBC_URL
  value: {{ printf "r2dbc:postgresql://%s:%v/%s" $values.postgres.host $values.postgres.port .service.database | quote }}
- name: SPRING_R2DBC_USERNAME
  value: billwright_app
- name: SPRING_R2DBC_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ $values.postgres.secretName }}, key: app-password } }
- name: SPRING_FLYWAY_URL
  value: {{ printf "jdbc:postgresql://%s:%v/%s" $values.postgres.host $values.postgres.port .service.database | quote }}
- name: SPRING_FLYWAY_USER
  value: billwright_owner
- name: SPRING_FLYWAY_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ $values.postgres.secretName }}, key: owner-password } }
{{- end }}
{{- if eq .name "gateway" }}
- name: BILLWRIGHT_PASSPORT_PRIVATE_KEY
  value: /etc/billwright/keys/passport-private.pem
- name: BILLWRIGHT_GATEWAY_TLS_CERTIFICATE
  value: /etc/billwright/tls/tls.crt
- name: BILLWRIGHT_GATEWAY_TLS_PRIVATE_KEY
  value: /etc/billwright/tls/tls.key
{{- range $name, $service := $values.services }}
{{- if $service.database }}
- name: {{ printf "BILLWRIGHT_%s_URL" ($name | replace "-" "_" | upper) }}
  value: {{ printf "http://%s:%v" (include "billwright.fullname" (dict "root" $.root "name" $name)) $service.port | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- if eq .name "user-service" }}
- name: BILLWRIGHT_TOKENS_PRIVATE_KEY
  value: /etc/billwright/keys/tokens-private.pem
- name: BILLWRIGHT_USERS_SEALING_KEYS
  value: /etc/billwright/keys/sealing.key
- name: SPRING_MAIL_HOST
  value: {{ $values.mail.host | quote }}
- name: SPRING_MAIL_PORT
  value: {{ $values.mail.port | quote }}
{{- end }}
{{- range $key, $value := .service.env }}
- name: {{ $key }}
  value: {{ $value | quote }}
{{- end }}
{{- end -}}
